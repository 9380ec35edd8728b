/* merge.c: what two explainers of one package have found becomes one.
 *
 * They have worked side by side on different values and have told some stories both. The second one's values
 * come behind the first one's, with those of its stories that the first has not told, in the order in which
 * it told them. That is what one explainer would have made, had it done the work of both in turn. */
#include "explain/explain_int.h"

typedef struct Merge {
    Explainer *to;
    const ExPackage *from;
    uint32_t *file, *story; /* by index in from: what it is in to; stories are counted from 1 */
} Merge;

static ExSpan moved(const Merge *m, ExSpan at) {
    if (at.line) at.file = m->file[at.file];
    return at;
}

static uint32_t moved_frames(const Merge *m, uint32_t first, uint32_t n) {
    ExPackage *x = m->to->x;
    uint32_t at = x->frames.n;
    for (uint32_t i = 0; i < n; i++) {
        ExFrame f = m->from->frames.v[first + i];
        f.call = moved(m, f.call);
        vec_push(NULL, &x->frames, f);
    }
    return at;
}

static void add_files(Merge *m) {
    ExPackage *x = m->to->x;
    for (uint32_t i = 0; i < m->from->files.n; i++) {
        ExFile f = m->from->files.v[i];
        uint32_t k = 0;
        while (k < x->files.n &&
               (strcmp(x->files.v[k].path, f.path) != 0 || strcmp(x->files.v[k].pkg, f.pkg) != 0))
            k++;
        if (k == x->files.n) vec_push(NULL, &x->files, f);
        m->file[i] = k;
    }
}

static void add_story(Merge *m, uint32_t i) {
    ExPackage *x = m->to->x;
    ExStory st = m->from->stories.v[i];
    uint32_t step = x->steps.n;
    for (uint32_t k = 0; k < st.nsteps; k++) {
        ExStep s = m->from->steps.v[st.step + k];
        s.at = moved(m, s.at);
        s.story = m->story[s.story];
        s.frame = moved_frames(m, s.frame, s.nframes);
        vec_push(NULL, &x->steps, s);
    }
    st.at = moved(m, st.at);
    st.step = step;
    st.on = m->story[st.on];
    vec_push(NULL, &x->stories, st);
    m->story[i + 1] = x->stories.n;
}

/* keys: of each story of `from`, counted from 1; 0: it has none. */
static void add_stories(Merge *m, const uint64_t *keys) {
    for (uint32_t i = 0; i < m->from->stories.n; i++) {
        uint64_t key = keys[i + 1];
        m->story[i + 1] = key ? (uint32_t)(uintptr_t)map_get(&m->to->stories, key) : 0;
        if (m->story[i + 1]) continue;
        add_story(m, i);
        if (key) map_put(&m->to->stories, key, (void *)(uintptr_t)m->story[i + 1]);
    }
}

void ex_merge(Explainer *to, Explainer *from) {
    ExPackage *x = to->x, *y = from->x;
    Arena scratch;
    arena_init(&scratch);
    Merge m = {to, y, NEW_ARRAY(&scratch, uint32_t, y->files.n + 1),
               NEW_ARRAY(&scratch, uint32_t, y->stories.n + 1)};
    uint64_t *keys = NEW_ARRAY(&scratch, uint64_t, y->stories.n + 1);
    for (uint32_t i = 0; i < from->stories.cap; i++) {
        const MapSlot *s = &from->stories.slots[i];
        if (s->key && (uintptr_t)s->val <= y->stories.n) keys[(uintptr_t)s->val] = s->key;
    }
    add_files(&m);
    add_stories(&m, keys);
    for (uint32_t i = 0; i < y->sites.n; i++) {
        ExSite s = y->sites.v[i];
        ExSpan *spans[] = {&s.at, &s.mark, &s.shown, &s.cause, &s.user};
        for (size_t k = 0; k < COUNT_OF(spans); k++) *spans[k] = moved(&m, *spans[k]);
        s.story = m.story[s.story];
        s.frame = moved_frames(&m, s.frame, s.nframes);
        vec_push(NULL, &x->sites, s);
    }
    for (uint32_t i = 0; i < y->params.n; i++) {
        ExParam p = y->params.v[i];
        p.at = moved(&m, p.at);
        p.story = m.story[p.story];
        vec_push(NULL, &x->params, p);
    }
    for (uint32_t i = 0; i < y->funcs.n; i++) {
        ExFunc f = y->funcs.v[i];
        f.at = moved(&m, f.at);
        vec_push(NULL, &x->funcs, f);
    }
    arena_release(&scratch);
    arena_join(&x->arena, &y->arena); /* its texts are everywhere now */
    vec_free(&y->files);
    vec_free(&y->sites);
    vec_free(&y->stories);
    vec_free(&y->steps);
    vec_free(&y->frames);
    vec_free(&y->params);
    vec_free(&y->funcs);
    free_heap(y);
    from->x = NULL;
}
