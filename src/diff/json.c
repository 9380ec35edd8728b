/* json.c: a comparison for programs: our own JSON (docs/diff.md), and SARIF 2.1.0, of which the new sites are
 * the results. */
#include "diff/diff.h"
#include "diff/words.h"
#include "load/load_int.h"

/* ---- our own ---- */

static void site(StrBuf *sb, const DiffSide *side, const DiffSite *s) {
    sb_addc(sb, '{');
    words_member(sb, "package", side->pkgs.v[s->pkg].path);
#define TEXT(member, field) words_member(sb, member, s->field);
#define NUMBER(member, field) words_number(sb, member, s->field);
#include "diff/saved.def"
#undef TEXT
#undef NUMBER
    sb_addc(sb, '}');
}

static void one_side(StrBuf *sb, const char *name, const DiffSide *s) {
    sb_printf(sb, ",\"%s\":{", name);
    words_member(sb, "name", s->name);
    words_member(sb, "go", s->go);
    words_member(sb, "platform", s->platform);
    sb_addc(sb, '}');
}

static void pairs(StrBuf *sb, const Diff *d, DiffState state, const char *name) {
    sb_printf(sb, ",\n\"%s\":[", name);
    bool first = true;
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        const DiffPair *p = &d->pairs.v[i];
        if (p->state != state) continue;
        sb_adds(sb, first ? "\n" : ",\n");
        first = false;
        bool both = p->old && p->new;
        if (both) sb_adds(sb, "{\"old\":");
        if (p->old) site(sb, d->old, p->old);
        if (both) sb_adds(sb, ",\"new\":");
        if (p->new) site(sb, d->new, p->new);
        if (both) sb_addc(sb, '}');
    }
    sb_addc(sb, ']');
}

void diff_json(StrBuf *out, const Diff *d) {
    sb_adds(out, "{\"schema\":\"goesc-diff\",\"version\":1");
    one_side(out, "base", d->old);
    one_side(out, "head", d->new);
    sb_printf(
        out,
        ",\"summary\":{\"new\":%u,\"gone\":%u,\"moved\":%u,\"changed\":%u,\"unchanged\":%u,\"packages\":%u}",
        d->count[DIFF_NEW], d->count[DIFF_GONE], d->count[DIFF_MOVED], d->count[DIFF_CHANGED],
        d->count[DIFF_SAME], d->packages);
    sb_adds(out, ",\"leftOut\":[");
    for (uint32_t i = 0; i < d->left_out.n; i++) {
        if (i) sb_addc(out, ',');
        words_json(out, d->left_out.v[i]);
    }
    sb_addc(out, ']');
    pairs(out, d, DIFF_NEW, "new");
    pairs(out, d, DIFF_GONE, "gone");
    pairs(out, d, DIFF_MOVED, "moved");
    pairs(out, d, DIFF_CHANGED, "changed");
    sb_adds(out, "}\n");
}

/* ---- SARIF ---- */

/* A message: text only. `[text](place)` would be a link, and `{0}` would stand for an argument. */
static void message(StrBuf *sb, const char *name, const char *text) {
    StrBuf plain = STRBUF_INIT, out = STRBUF_INIT;
    words_plain(&plain, text, false);
    for (const char *p = sb_str(&plain); *p; p++) {
        size_t digits = *p == '{' ? strspn(p + 1, "0123456789") : 0;
        if (*p == ']' && p[1] == '(') sb_adds(&out, "\\]");
        else if (digits && p[1 + digits] == '}') {
            sb_printf(&out, "{{%.*s}}", (int)digits, p + 1);
            p += digits + 1;
        } else sb_addc(&out, *p);
    }
    words_member(sb, name, sb_str(&out));
    sb_release(&plain);
    sb_release(&out);
}

static void rule_id(StrBuf *sb, const DiffSite *s) {
    sb_adds(sb, "heap/");
    for (const char *p = *s->reason ? s->reason : "other"; *p; p++) sb_addc(sb, *p == ' ' ? '-' : *p);
}

/* The same for the same site in every run, whatever its line: what identifies it, and its number among those
 * of which that is true. */
static void fingerprint(StrBuf *sb, const DiffSide *side, const DiffSite *s) {
    uint32_t ordinal = 0;
    for (const DiffSite *o = side->sites.v; o < s; o++)
        ordinal += o->pkg == s->pkg && !strcmp(o->func, s->func) && !strcmp(o->kind, s->kind) &&
                   !strcmp(o->what, s->what) && !strcmp(o->via, s->via);
    StrBuf id = STRBUF_INIT;
    sb_printf(&id, "%s\x01%s\x01%s\x01%s\x01%s\x01%u", side->pkgs.v[s->pkg].path, s->func, s->kind, s->what,
              s->via, ordinal);
    sb_printf(sb, "%016llx%016llx", (unsigned long long)hash_bytes(id.buf, id.n, 1),
              (unsigned long long)hash_bytes(id.buf, id.n, 2));
    sb_release(&id);
}

/* The file below the top of the repository, where that is known. */
static void location(StrBuf *sb, Arena *a, const DiffSide *side, const DiffSite *s) {
    if (!*s->file) return;
    sb_adds(sb, ",\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"");
    if (s->file[0] == '/') {
        sb_adds(sb, "file://");
        words_uri(sb, s->file);
        sb_adds(sb, "\"");
    } else {
        words_uri(sb, path_join(a, side->dir, s->file));
        sb_adds(sb, "\",\"uriBaseId\":\"%SRCROOT%\"");
    }
    sb_addc(sb, '}');
    if (s->line) {
        sb_adds(sb, ",\"region\":{");
        words_number(sb, "startLine", s->line);
        if (s->col) words_number(sb, "startColumn", s->col);
        if (s->col && s->end_line >= s->line && s->end_col) {
            words_number(sb, "endLine", s->end_line);
            words_number(sb, "endColumn", s->end_col);
        }
        sb_addc(sb, '}');
    }
    sb_adds(sb, "},\"logicalLocations\":[{");
    words_member(sb, "fullyQualifiedName", s->title);
    words_member(sb, "kind", "function");
    sb_adds(sb, "}]}]");
}

static void rules(StrBuf *sb, const Diff *d) {
    StrVec done = {0};
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        const DiffSite *s = d->pairs.v[i].new;
        if (d->pairs.v[i].state != DIFF_NEW || strvec_has(&done, s->reason)) continue;
        StrBuf id = STRBUF_INIT;
        rule_id(&id, s);
        sb_adds(sb, done.n ? ",{" : "{");
        vec_push(NULL, &done, s->reason);
        words_member(sb, "id", sb_str(&id));
        sb_adds(sb, ",\"shortDescription\":{");
        message(sb, "text", "A value that was not there is on the heap");
        sb_adds(sb, "},\"fullDescription\":{");
        StrBuf why = STRBUF_INIT;
        sb_printf(&why, "The value is on the heap because %s.",
                  *s->because ? s->because : "of what is done with it");
        message(sb, "text", sb_str(&why));
        sb_adds(sb, "},\"defaultConfiguration\":{\"level\":\"note\"}}");
        sb_release(&id);
        sb_release(&why);
    }
    vec_free(&done);
}

static void sarif_result(StrBuf *sb, Arena *a, const Diff *d, const DiffSite *s) {
    StrBuf text = STRBUF_INIT;
    sb_addc(sb, '{');
    rule_id(&text, s);
    words_member(sb, "ruleId", sb_str(&text));
    sb_release(&text);
    words_member(sb, "level", "note");
    sb_printf(&text, "%s is on the heap", *s->name ? s->name : s->what);
    if (s->size >= 0) sb_printf(&text, ", %lld byte%s", (long long)s->size, s->size == 1 ? "" : "s");
    sb_printf(&text, ", in %s", s->title);
    if (*s->via) sb_printf(&text, " through %s", s->via);
    if (*s->because) sb_printf(&text, ", because %s", s->because);
    sb_addc(&text, '.');
    if (*s->advice) sb_printf(&text, " To keep it off the heap: %s.", s->advice);
    sb_adds(sb, ",\"message\":{");
    message(sb, "text", sb_str(&text));
    sb_addc(sb, '}');
    location(sb, a, d->new, s);
    sb_adds(sb, ",\"partialFingerprints\":{\"goescSite/v1\":\"");
    fingerprint(sb, d->new, s);
    sb_adds(sb, "\"}}");
    sb_release(&text);
}

void diff_sarif(StrBuf *out, const Diff *d, const char *version) {
    Arena a;
    arena_init(&a);
    sb_adds(out,
            "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
            "\"tool\":{\"driver\":{\"name\":\"goesc\"");
    words_member(out, "version", version);
    sb_adds(out, ",\"rules\":[");
    rules(out, d);
    sb_adds(out, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
    bool first = true;
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        if (d->pairs.v[i].state != DIFF_NEW) continue;
        sb_adds(out, first ? "\n" : ",\n");
        first = false;
        sarif_result(out, &a, d, d->pairs.v[i].new);
    }
    sb_adds(out, "]}]}\n");
    arena_release(&a);
}
