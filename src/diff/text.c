/* text.c: a comparison for people: on a terminal, and as a comment for a pull request. */
#include "diff/diff.h"
#include "diff/words.h"

enum { STORIES = 10 }; /* told, unless all are asked for; the others get a line each */
/* A comment may have 65,536 characters. */
enum { COMMENT_MAX = 60000, COMMENT_STORY_MAX = 6000 };

void diff_summary(StrBuf *out, const Diff *d) {
    sb_printf(out, "%u new, %u gone, ", d->count[DIFF_NEW], d->count[DIFF_GONE]);
    if (d->count[DIFF_MOVED]) sb_printf(out, "%u moved, ", d->count[DIFF_MOVED]);
    if (d->count[DIFF_CHANGED]) sb_printf(out, "%u with another cause, ", d->count[DIFF_CHANGED]);
    sb_printf(out, "%u unchanged heap sites in %u package%s", d->count[DIFF_SAME], d->packages,
              d->packages == 1 ? "" : "s");
}

static void size_words(StrBuf *sb, const DiffSite *s) {
    if (s->size >= 0) sb_printf(sb, ", %lld byte%s", (long long)s->size, s->size == 1 ? "" : "s");
    else if (s->elem_size >= 0)
        sb_printf(sb, ", %lld byte%s an element", (long long)s->elem_size, s->elem_size == 1 ? "" : "s");
}

typedef void (*Word)(StrBuf *, const char *);

static void plain(StrBuf *sb, const char *s) { words_plain(sb, s, false); }

static void place(StrBuf *sb, const DiffSite *s, Word word) {
    StrBuf at = STRBUF_INIT;
    if (*s->file && s->line) sb_printf(&at, "%s:%u:%u", s->file, s->line, s->col);
    else sb_adds(&at, *s->file ? s->file : "(made by the compiler)");
    word(sb, sb_str(&at));
    sb_release(&at);
}

/* file.go:3:4: make([]byte, n), 64 bytes, in m.F: returned */
static void line(StrBuf *sb, const DiffSite *s, Word word) {
    place(sb, s, word);
    sb_adds(sb, ": ");
    word(sb, *s->name ? s->name : s->what);
    size_words(sb, s);
    sb_adds(sb, ", in ");
    word(sb, s->title);
    if (*s->via) {
        sb_adds(sb, " through ");
        word(sb, s->via);
    }
    if (!*s->reason) return;
    sb_adds(sb, ": ");
    word(sb, s->reason);
}

/* What a pair of sites says beside their place. */
static void was(StrBuf *sb, const DiffPair *p, Word word) {
    const DiffSite *o = p->old, *n = p->new;
    if (p->state == DIFF_CHANGED) {
        sb_adds(sb, ", was: ");
        word(sb, o->reason);
        if (!strcmp(o->reason, n->reason) && *o->cause_func) {
            sb_adds(sb, " in ");
            word(sb, o->cause_func);
        }
    } else if (strcmp(o->title, n->title) != 0) {
        sb_adds(sb, ", was in ");
        word(sb, o->title);
    } else {
        sb_adds(sb, ", was ");
        word(sb, o->name);
    }
}

static const struct {
    DiffState state;
    const char *title;
} sections[] = {{DIFF_CHANGED, "On the heap for another reason"}, {DIFF_MOVED, "Moved"}, {DIFF_GONE, "Gone"}};

void diff_text(StrBuf *out, const Diff *d, bool full) {
    uint32_t told = 0;
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        const DiffPair *p = &d->pairs.v[i];
        if (p->state != DIFF_NEW) continue;
        sb_adds(out, told ? "new: " : "New on the heap:\n\nnew: ");
        if (*p->new->story && (full || told < STORIES)) {
            words_plain(out, p->new->story, true);
            sb_adds(out, "\n\n");
        } else {
            line(out, p->new, plain);
            sb_addc(out, '\n');
        }
        told++;
    }
    if (told > STORIES && !full) sb_adds(out, "-full tells every story.\n\n");
    for (size_t k = 0; k < COUNT_OF(sections); k++) {
        if (!d->count[sections[k].state]) continue;
        sb_printf(out, "%s:\n\n", sections[k].title);
        for (uint32_t i = 0; i < d->pairs.n; i++) {
            const DiffPair *p = &d->pairs.v[i];
            if (p->state != sections[k].state) continue;
            sb_adds(out, p->state == DIFF_GONE ? "gone: " : p->state == DIFF_MOVED ? "moved: " : "changed: ");
            line(out, p->state == DIFF_GONE ? p->old : p->new, plain);
            if (p->state != DIFF_GONE) was(out, p, plain);
            sb_addc(out, '\n');
        }
        sb_addc(out, '\n');
    }
    for (uint32_t i = 0; i < d->left_out.n; i++) {
        sb_adds(out, "left out: ");
        words_plain(out, d->left_out.v[i], false);
        sb_addc(out, '\n');
    }
    diff_summary(out, d);
    sb_addc(out, '\n');
}

/* ---- Markdown ---- */

/* Adds part to the comment if there is room. */
static bool fits(StrBuf *out, StrBuf *part) {
    bool ok = out->n + part->n <= COMMENT_MAX;
    if (ok) sb_add(out, sb_str(part), part->n);
    part->n = 0;
    return ok;
}

static void item(StrBuf *sb, const DiffPair *p, bool story) {
    const DiffSite *s = p->new ? p->new : p->old;
    sb_adds(sb, "- ");
    line(sb, s, words_code);
    if (p->old && p->new) was(sb, p, words_code);
    sb_addc(sb, '\n');
    if (!story || !*s->story || strlen(s->story) > COMMENT_STORY_MAX) return;
    sb_addc(sb, '\n');
    words_fenced(sb, s->story);
    sb_addc(sb, '\n');
}

static bool items(StrBuf *out, const Diff *d, DiffState state, const char *title) {
    StrBuf part = STRBUF_INIT;
    uint32_t told = 0, rest = d->count[state];
    if (!rest) return true;
    sb_printf(&part, "\n**%s**\n\n", title);
    bool room = fits(out, &part);
    for (uint32_t i = 0; i < d->pairs.n && room; i++) {
        if (d->pairs.v[i].state != state) continue;
        item(&part, &d->pairs.v[i], state == DIFF_NEW && told < STORIES);
        room = fits(out, &part);
        told++;
        rest -= room;
    }
    if (rest) sb_printf(out, "\nand %u more.\n", rest);
    sb_release(&part);
    return room;
}

void diff_markdown(StrBuf *out, const Diff *d) {
    sb_adds(out, "### Heap: ");
    diff_summary(out, d);
    sb_adds(out, "\n\nFrom ");
    words_code(out, d->old->name);
    sb_adds(out, " to ");
    words_code(out, d->new->name);
    sb_adds(out, ".\n");
    bool room = items(out, d, DIFF_NEW, "New on the heap");
    for (size_t k = 0; k < COUNT_OF(sections) && room; k++)
        room = items(out, d, sections[k].state, sections[k].title);
    if (d->left_out.n) sb_adds(out, "\n**Left out: they could not be analysed on both sides**\n\n");
    for (uint32_t i = 0; i < d->left_out.n; i++) {
        if (out->n > COMMENT_MAX + 2000) {
            sb_printf(out, "\nand %u more.\n", d->left_out.n - i);
            break;
        }
        sb_adds(out, "- ");
        words_code(out, d->left_out.v[i]);
        sb_addc(out, '\n');
    }
}
