/* From samples to rows: the leaf of each stack, its sites, sums, the flame graph. See join.h. */
#include "join/join.h"
#include "load/load_int.h"
#include <math.h>
#include <stdlib.h>

#define STATE(id, json, words) json,
const char *const join_state_json[] = {
#include "join/states.def"
};
#undef STATE
#define STATE(id, json, words) words,
const char *const join_state_words[] = {
#include "join/states.def"
};
#undef STATE

static const char *text(Arena *a, const Profile *p, StrId id) {
    Str s = profile_str(p, id);
    return arena_strndup(a, s.n ? s.p : "", s.n);
}

/* "a/b%2ec.(*T).F" → "a/b.c": symbols escape dots in the last element. */
const char *join_func_pkg(Arena *a, const char *func) {
    size_t n = strcspn(func, "[");
    size_t slash = 0;
    for (size_t i = 0; i < n; i++)
        if (func[i] == '/') slash = i;
    size_t end = slash;
    while (end < n && func[end] != '.') end++;
    return ex_unescape(arena_strndup(a, func, end));
}

const char *join_tested(const Profile *p, Arena *a, bool *is_test) {
    const char *found = NULL;
    *is_test = p->mappings.n && has_suffix(text(a, p, p->mappings.v[0].file), ".test");
    for (uint32_t i = 0; i < p->functions.n; i++) {
        const char *file = text(a, p, p->functions.v[i].file);
        if (has_suffix(file, "_testmain.go")) *is_test = true;
        if (!has_suffix(file, "_test.go")) continue;
        const char *pkg = join_func_pkg(a, text(a, p, p->functions.v[i].name));
        size_t n = strlen(pkg);
        if (has_suffix(pkg, "_test")) pkg = arena_strndup(a, pkg, n - strlen("_test"));
        if (found && strcmp(found, pkg) != 0) continue;
        found = pkg;
    }
    /* a stranger wrote it: a pattern, or a path that leads elsewhere, is no package's name */
    if (found && (!*found || path_is_abs(found) || is_local_import(found) || !pattern_is_literal(found) ||
                  strstr(found, "..") || strpbrk(found, "@\\") || has_suffix(found, ".go")))
        found = NULL;
    return found;
}

/* ---- packages ---- */

const ExPackage *join_explain(Join *j, ExEntry *e) {
    if (!map_has(&j->explained, PKEY(e))) {
        const ExPackage *x = library_explain(j->library, e);
        map_put(&j->explained, PKEY(e), (void *)(uintptr_t)x);
        if (x) vec_push(&j->arena, &j->packages, x);
    }
    return map_get(&j->explained, PKEY(e));
}

bool join_is_user(Join *j, const char *pkg) {
    const ExEntry *e = library_find(j->library, pkg);
    return e && e->user;
}

/* ---- rows ---- */

static JoinFrame frame_of(Join *j, const ProfLine *ln) {
    const Profile *p = j->profile;
    JoinFrame f = {.func = "?", .file = "?", .pkg = "", .line = ln->line};
    if (ln->function != NO_INDEX && ln->function < p->functions.n) {
        const char *symbol = text(&j->arena, p, p->functions.v[ln->function].name);
        f.func = name_of(ex_unescape(arena_printf(&j->arena, "%s", symbol)))->s;
        f.start = p->functions.v[ln->function].start_line;
        f.file = text(&j->arena, p, p->functions.v[ln->function].file);
        f.pkg = join_func_pkg(&j->arena, text(&j->arena, p, p->functions.v[ln->function].name));
        f.user = !has_suffix(f.file, "_testmain.go") && join_is_user(j, f.pkg);
    }
    return f;
}

static JoinFrame *location_frames(Join *j, const JoinFrame **cache, uint32_t loc, uint32_t *n) {
    const ProfLocation *l = &j->profile->locations.v[loc];
    *n = l->nline;
    if (!cache[loc]) {
        JoinFrame *f = NEW_ARRAY(&j->arena, JoinFrame, l->nline + 1);
        for (uint32_t i = 0; i < l->nline; i++) f[i] = frame_of(j, &j->profile->lines.v[l->line + i]);
        cache[loc] = f;
    }
    return (JoinFrame *)(uintptr_t)cache[loc];
}

static uint64_t row_key(const JoinRow *r) {
    uint64_t h = hash_bytes(&r->state, 1, 7);
    for (uint32_t i = 0; i < r->nframes; i++) {
        h = hash_bytes(r->frames[i].func, strlen(r->frames[i].func), h);
        h = hash_bytes(r->frames[i].file, strlen(r->frames[i].file), h);
        h = hash_bytes(&r->frames[i].line, sizeof r->frames[i].line, h);
    }
    for (uint32_t i = 0; i < r->sites.n; i++) {
        const ExPackage *x = r->sites.v[i].pkg;
        uint64_t index = (uint64_t)(r->sites.v[i].site - x->sites.v);
        h = hash_bytes(x->path, strlen(x->path), h);
        h = hash_bytes(&index, sizeof index, h);
    }
    return h ? h : 1;
}

typedef struct Build {
    Join *j;
    const JoinFrame **frames; /* by location */
    Map rows;                 /* key → JoinRow */
    Map nodes;                /* parent, name and row → index of the JoinNode */
    Map seen;                 /* location and block → JoinRow, so that a leaf is matched once */
    uint32_t bytes_at, objects_at;
} Build;

static int64_t block_of(const Build *b, const ProfSample *s, const int64_t *values) {
    const Profile *p = b->j->profile;
    for (uint32_t i = 0; i < s->nlabel; i++) {
        const ProfLabel *l = &p->labels.v[s->label + i];
        if (l->is_num && str_is(profile_str(p, l->key), "bytes")) return l->num;
    }
    return values[b->objects_at] ? values[b->bytes_at] / values[b->objects_at] : 0;
}

static JoinRow *row_of(Build *b, const ProfSample *s, int64_t block) {
    Join *j = b->j;
    uint32_t leaf = j->profile->frames.v[s->frame];
    uint32_t caller = 1 < s->nframe ? j->profile->frames.v[s->frame + 1] : 0;
    uint64_t quick[3] = {leaf, (uint64_t)block, caller};
    uint64_t qk = hash_bytes(quick, sizeof quick, 3);
    JoinRow *r = map_get(&b->seen, qk ? qk : 1);
    if (r) return r;
    r = NEW(&j->arena, JoinRow);
    r->frames = location_frames(j, b->frames, leaf, &r->nframes);
    if (!r->nframes) {
        r->frames = NEW(&j->arena, JoinFrame);
        r->frames[0] = (JoinFrame){.func = "?", .file = "?", .pkg = ""};
        r->nframes = 1;
    }
    join_match(j, r, block);
    if (r->in_runtime && s->nframe > 1) { /* tell helper calls apart by where they come from */
        uint32_t n;
        JoinFrame *up = location_frames(j, b->frames, caller, &n);
        JoinFrame *all = NEW_ARRAY(&j->arena, JoinFrame, r->nframes + n);
        memcpy(all, r->frames, r->nframes * sizeof *all);
        memcpy(all + r->nframes, up, n * sizeof *all);
        r->frames = all;
        r->nframes += n;
    }
    r->key = row_key(r);
    JoinRow *same = map_get(&b->rows, r->key);
    if (same) {
        r = same;
    } else {
        r->per_op = r->objects_per_op = -1;
        r->block_min = r->block_max = block;
        r->nearest = (JoinFrame){.func = "", .file = "", .pkg = ""};
        r->is_user = !r->in_runtime && r->frames[0].user;
        map_put(&b->rows, r->key, r);
        vec_push(&j->arena, &j->rows, r);
        r->number = j->rows.n;
    }
    map_put(&b->seen, qk ? qk : 1, r);
    return r;
}

/* 1 + the benchmark function that the frame is in, 0: none. */
static uint32_t root_of(Join *j, const JoinFrame *f) {
    size_t pkg = strlen(f->pkg);
    if (strncmp(f->func, f->pkg, pkg) != 0 || !has_suffix(f->file, "_test.go")) return 0;
    const char *name = f->func + pkg;
    if (!has_prefix(name, ".Benchmark")) return 0;
    name++;
    size_t n = strcspn(name, ".[");
    for (uint32_t k = 0; k < j->roots.n; k++)
        if (strlen(j->roots.v[k].func) == n && !memcmp(j->roots.v[k].func, name, n)) return k + 1;
    vec_push(&j->arena, &j->roots,
             ((JoinRoot){.func = arena_strndup(&j->arena, name, n), .bytes_per_op = -1}));
    return j->roots.n;
}

/* Where a stack stands to the loop that the benchmark measures. */
typedef enum Loopness { LOOSE, INSIDE, OUTSIDE } Loopness;

/* How the benchmark counts: its loop is in one of the functions through which its allocations are reached. */
static void note_counting(Join *j, uint32_t root, const JoinFrame *f, Loopness *where) {
    const ExFound *fn = library_func(j->library, f->func);
    if (!fn) return;
    const ExPackage *x;
    const ExCode *code = library_code(fn, &x);
    const ExLoop *loops = x->loops.v + code->loop;
    bool in = false;
    for (uint32_t i = 0; i < code->nloops && !in; i++)
        in = f->line >= loops[i].line && f->line <= loops[i].end;
    if (code->loops || code->counts) *where = in || !code->nloops ? INSIDE : OUTSIDE;
    j->roots.v[root].loops |= code->loops;
    j->roots.v[root].counts |= code->counts;
    j->roots.v[root].known |= code->nloops > 0;
}

/* name is interned, or "". */
static uint32_t node_child(Build *b, uint32_t parent, const char *name, const char *pkg, uint32_t row) {
    Join *j = b->j;
    uint64_t place[3] = {parent, (uint64_t)(uintptr_t)(*name ? name : NULL), row};
    uint64_t key = hash_bytes(place, sizeof place, 17) | 1;
    uint32_t k = (uint32_t)(uintptr_t)map_get(&b->nodes, key);
    if (k && j->nodes.v[k].parent == parent && j->nodes.v[k].row == row && !strcmp(j->nodes.v[k].name, name))
        return k;
    JoinNode n = {.name = name, .pkg = pkg, .row = row, .parent = parent, .next = j->nodes.v[parent].child};
    vec_push(&j->arena, &j->nodes, n);
    j->nodes.v[parent].child = j->nodes.n - 1;
    map_put(&b->nodes, key, (void *)(uintptr_t)(j->nodes.n - 1));
    return j->nodes.n - 1;
}

static void add_sample(Build *b, uint32_t index) {
    Join *j = b->j;
    const Profile *p = j->profile;
    const ProfSample *s = &p->samples.v[index];
    const int64_t *values = p->values.v + (size_t)index * p->sample_types.n;
    int64_t bytes = values[b->bytes_at], objects = values[b->objects_at];
    if (!s->nframe || (!bytes && !objects)) return;
    int64_t block = block_of(b, s, values);
    JoinRow *r = row_of(b, s, block);
    double scale = sample_scale((double)block, j->rate), weight = scale * (double)block;
    double count = (double)objects / scale;
    r->bytes += bytes;
    r->objects += objects;
    r->seen += count;
    r->seen_var += count * weight * weight;
    if (block < r->block_min) r->block_min = block;
    if (block > r->block_max) r->block_max = block;
    j->bytes += bytes;
    j->objects += objects;
    j->state_bytes[r->state] += bytes;

    uint32_t node = 0, root = 0; /* root: 1 + index */
    Loopness where = LOOSE;
    bool whole = false; /* the stack, down from the testing package; else it begins with a goroutine */
    j->nodes.v[0].bytes += bytes;
    j->nodes.v[0].objects += objects;
    for (uint32_t i = s->nframe; i-- > 0;) { /* outermost first */
        uint32_t n;
        JoinFrame *f = location_frames(j, b->frames, p->frames.v[s->frame + i], &n);
        for (uint32_t k = n; k-- > 0;) {
            whole = whole || (!node && !strcmp(f[k].pkg, "testing"));
            if (!root) root = root_of(j, &f[k]);
            if (root) note_counting(j, root - 1, &f[k], &where);
            node = node_child(b, node, f[k].func, f[k].pkg, 0);
            j->nodes.v[node].bytes += bytes;
            j->nodes.v[node].objects += objects;
            if (f[k].user) r->nearest = f[k]; /* the last one seen is the nearest */
        }
    }
    node = node_child(b, node, "", "", r->number);
    j->nodes.v[node].bytes += bytes;
    j->nodes.v[node].objects += objects;
    if (!root) return;
    if (where == OUTSIDE) {
        r->outside += bytes;
        return;
    }
    uint32_t k = 0;
    while (k < r->shares.n && r->shares.v[k].root != root - 1) k++;
    if (k == r->shares.n)
        vec_push(&j->arena, &r->shares, ((JoinShare){.root = root - 1, .per_op = -1, .objects_per_op = -1}));
    JoinShare *share = &r->shares.v[k];
    share->bytes += bytes;
    share->objects += objects;
    if (where == LOOSE && whole) share->loose_bytes += bytes, share->loose_objects += objects;
}

/* Where the loops are known, what is reached through none of them was allocated before or after. */
static void settle_shares(Join *j) {
    for (uint32_t i = 0; i < j->rows.n; i++) {
        JoinRow *r = j->rows.v[i];
        uint32_t n = 0;
        for (uint32_t k = 0; k < r->shares.n; k++) {
            JoinShare s = r->shares.v[k];
            JoinRoot *root = &j->roots.v[s.root];
            if (root->known) {
                r->outside += s.loose_bytes;
                s.bytes -= s.loose_bytes;
                s.objects -= s.loose_objects;
            }
            root->bytes += s.bytes;
            root->objects += s.objects;
            if (s.bytes || s.objects) r->shares.v[n++] = s;
        }
        r->shares.n = n;
    }
}

static int row_cmp(const void *pa, const void *pb, void *join) {
    const JoinRow *a = *(JoinRow *const *)pa, *b = *(JoinRow *const *)pb;
    bool objects = ((const Join *)join)->by_objects;
    int64_t x = objects ? a->objects : a->bytes, y = objects ? b->objects : b->bytes;
    if (x != y) return x < y ? 1 : -1;
    if (a->bytes != b->bytes) return a->bytes < b->bytes ? 1 : -1;
    int c = strcmp(a->frames[0].file, b->frames[0].file);
    if (c) return c;
    if (a->frames[0].line != b->frames[0].line) return a->frames[0].line < b->frames[0].line ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

bool join_init(Join *j, ExLibrary *l, const Profile *p, const char *metric, const char **error) {
    *j = (Join){.library = l, .profile = p, .metric = metric};
    arena_init(&j->arena);
    roots_init(&j->shown);
    StrVec dirs = {0};
    session_roots(l->session, &j->arena, &dirs);
    for (uint32_t i = 0; i < dirs.n; i++) roots_add(&j->shown, dirs.v[i]);
    j->explained = (Map){.arena = &j->arena};
    bool bytes = false, objects = false;
    for (uint32_t i = 0; i < p->sample_types.n; i++) {
        Str t = profile_str(p, p->sample_types.v[i].type);
        bytes = bytes || str_is(t, "alloc_space") || str_is(t, "inuse_space");
        objects = objects || str_is(t, "alloc_objects") || str_is(t, "inuse_objects");
    }
    if (!bytes || !objects) {
        Str t = p->sample_types.n ? profile_str(p, p->sample_types.v[0].type) : STR_LIT("nothing");
        bool cpu = str_is(t, "samples") || str_is(t, "cpu"),
             waits = str_is(t, "contentions") || str_is(t, "delay");
        *error =
            arena_printf(&j->arena,
                         "%s: its samples are of \"%.*s\"; a memory profile is made by go test -memprofile, "
                         "or /debug/pprof/allocs",
                         cpu     ? "a CPU profile"
                         : waits ? "a profile of waiting"
                                 : "not a memory profile",
                         (int)t.n, t.p);
        return false;
    }
    j->rate = p->period > 0 ? p->period : 1;
    if (p->mappings.n) {
        j->binary = text(&j->arena, p, p->mappings.v[0].file);
        j->build_id = text(&j->arena, p, p->mappings.v[0].build_id);
    } else {
        j->binary = j->build_id = "";
    }
    return true;
}

void join_release(Join *j) {
    roots_release(&j->shown);
    arena_release(&j->arena);
}

static uint32_t value_index(const Profile *p, const char *name) {
    for (uint32_t i = 0; i < p->sample_types.n; i++)
        if (str_is(profile_str(p, p->sample_types.v[i].type), name)) return i;
    return 0;
}

void join_run(Join *j) {
    const Profile *p = j->profile;
    Build b = {
        .j = j, .rows = {.arena = &j->arena}, .seen = {.arena = &j->arena}, .nodes = {.arena = &j->arena}};
    b.bytes_at = value_index(p, !strcmp(j->metric, "inuse") ? "inuse_space" : "alloc_space");
    b.objects_at = value_index(p, !strcmp(j->metric, "inuse") ? "inuse_objects" : "alloc_objects");
    b.frames = NEW_ARRAY(&j->arena, const JoinFrame *, p->locations.n + 1);
    vec_push(&j->arena, &j->nodes, ((JoinNode){.name = "all", .pkg = ""}));
    for (uint32_t i = 0; i < p->samples.n; i++) add_sample(&b, i);
    settle_shares(j);
    for (uint32_t i = 0; i < j->rows.n; i++) {
        JoinRow *r = j->rows.v[i];
        double low = r->seen, high = r->seen, k = r->seen;
        if (j->rate > 1 && r->seen > 0 && r->seen_var > 0) {
            k = (double)r->bytes * (double)r->bytes / r->seen_var;
            poisson_interval(k, &low, &high);
        }
        r->low = k > 0 ? (double)r->bytes * low / k : (double)r->bytes;
        r->high = k > 0 ? (double)r->bytes * high / k : (double)r->bytes;
    }
    /* the tree refers to rows by number: sort, then renumber */
    JoinRow **before = NEW_ARRAY(&j->arena, JoinRow *, j->rows.n + 1);
    memcpy(before, j->rows.v, j->rows.n * sizeof *before);
    if (j->rows.n > 1) qsort_r(j->rows.v, j->rows.n, sizeof *j->rows.v, row_cmp, j);
    for (uint32_t i = 0; i < j->rows.n; i++) j->rows.v[i]->number = i + 1;
    for (uint32_t i = 0; i < j->nodes.n; i++)
        if (j->nodes.v[i].row) j->nodes.v[i].row = before[j->nodes.v[i].row - 1]->number;
    join_check_source(j);
}

/* ---- places and keys ---- */

static const char *base_name(const char *path) {
    const char *p = strrchr(path, '/');
    return p ? p + 1 : path;
}

static const char *file_place(Join *j, const char *path, const char *pkg, bool user) {
    const char *root = j->library->goroot;
    size_t n = root ? strlen(root) : 0;
    if (!user && n && !strncmp(path, root, n) && has_prefix(path + n, "/src/"))
        return path + n + strlen("/src/");
    if (user && *pkg) { /* the profile can be of another machine, or of a build with -trimpath */
        const ExEntry *e = library_find(j->library, pkg);
        const char *here = e && *e->dir ? path_join(&j->arena, e->dir, base_name(path)) : "";
        if (*here && is_file(here)) path = here;
    }
    if (user || !*pkg) return path_short(&j->arena, j->library->cwd, path);
    return arena_printf(&j->arena, "%s/%s", pkg, base_name(path));
}

const char *join_place(Join *j, const ExPackage *x, ExSpan at) {
    if (!at.line || at.file >= x->files.n) return "";
    const ExFile *f = &x->files.v[at.file];
    return arena_printf(&j->arena, "%s:%u:%u", file_place(j, f->path, f->pkg, f->user), at.line, at.col);
}

const char *join_frame_place(Join *j, const JoinFrame *f) {
    return arena_printf(&j->arena, "%s:%lld", file_place(j, f->file, f->pkg, f->user), (long long)f->line);
}

const char *join_reason_key(const JoinRow *r) {
    if (r->state != JOIN_REASON || !r->sites.n) return join_state_json[r->state];
    uint8_t why = r->sites.v[0].site->reason;
    for (uint32_t i = 1; i < r->sites.n; i++)
        if (r->sites.v[i].site->reason != why) return "several";
    return why == EX_WHY_NONE ? "always" : ex_reason_json[why];
}
