/* json.c: a comparison for programs: our own JSON (docs/diff.md), and SARIF 2.1.0, of which the new sites are
 * the results. */
#include "diff/diff.h"
#include "base/json.h"
#include "diff/words.h"
#include "load/load_int.h"

/* ---- our own ---- */

static void site(Json *j, const DiffSide *side, const DiffSite *s) {
    json_open(j, '{');
    json_key_str(j, "package", side->pkgs.v[s->pkg].path);
#define TEXT(member, field) json_key_str(j, member, s->field);
#define NUMBER(member, field) json_key_int(j, member, s->field);
#include "diff/saved.def"
#undef TEXT
#undef NUMBER
    json_close(j, '}');
}

static void one_side(Json *j, const char *name, const DiffSide *s) {
    json_key_open(j, name, '{');
    json_key_str(j, "name", s->name);
    json_key_str(j, "go", s->go);
    json_key_str(j, "platform", s->platform);
    json_close(j, '}');
}

static void pairs(Json *j, const Diff *d, DiffState state, const char *name) {
    json_line(j);
    json_key_open(j, name, '[');
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        const DiffPair *p = &d->pairs.v[i];
        if (p->state != state) continue;
        json_line(j);
        bool both = p->old && p->new;
        if (both) json_open(j, '{');
        if (both) json_key(j, "old");
        if (p->old) site(j, d->old, p->old);
        if (both) json_key(j, "new");
        if (p->new) site(j, d->new, p->new);
        if (both) json_close(j, '}');
    }
    json_close(j, ']');
}

void diff_json(StrBuf *out, const Diff *d) {
    static const struct {
        const char *name;
        DiffState state;
    } counts[] = {{"new", DIFF_NEW},
                  {"gone", DIFF_GONE},
                  {"moved", DIFF_MOVED},
                  {"changed", DIFF_CHANGED},
                  {"unchanged", DIFF_SAME}};
    Json j = json_begin(out, JSON_OURS);
    json_open(&j, '{');
    json_key_str(&j, "schema", "goesc-diff");
    json_key_int(&j, "version", 1);
    one_side(&j, "base", d->old);
    one_side(&j, "head", d->new);
    json_key_open(&j, "summary", '{');
    for (size_t i = 0; i < COUNT_OF(counts); i++) json_key_int(&j, counts[i].name, d->count[counts[i].state]);
    json_key_int(&j, "packages", d->packages);
    json_close(&j, '}');
    json_key_open(&j, "leftOut", '[');
    for (uint32_t i = 0; i < d->left_out.n; i++) json_str(&j, d->left_out.v[i]);
    json_close(&j, ']');
    for (size_t i = 0; counts[i].state != DIFF_SAME; i++) pairs(&j, d, counts[i].state, counts[i].name);
    json_close(&j, '}');
    sb_addc(out, '\n');
}

/* ---- SARIF ---- */

/* A message: text only. `[text](place)` would be a link, and `{0}` would stand for an argument. */
static void message(Json *j, const char *name, const char *text) {
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
    json_key_open(j, name, '{');
    json_key_str(j, "text", sb_str(&out));
    json_close(j, '}');
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
static void location(Json *j, Arena *a, const DiffSide *side, const DiffSite *s) {
    if (!*s->file) return;
    bool absolute = s->file[0] == '/';
    StrBuf uri = STRBUF_INIT;
    if (absolute) sb_adds(&uri, "file://");
    words_uri(&uri, absolute ? s->file : path_join(a, side->dir, s->file));
    json_key_open(j, "locations", '[');
    json_open(j, '{');
    json_key_open(j, "physicalLocation", '{');
    json_key_open(j, "artifactLocation", '{');
    json_key_str(j, "uri", sb_str(&uri));
    if (!absolute) json_key_str(j, "uriBaseId", "%SRCROOT%");
    json_close(j, '}');
    if (s->line) {
        json_key_open(j, "region", '{');
        json_key_int(j, "startLine", s->line);
        if (s->col) json_key_int(j, "startColumn", s->col);
        if (s->col && s->end_line >= s->line && s->end_col) {
            json_key_int(j, "endLine", s->end_line);
            json_key_int(j, "endColumn", s->end_col);
        }
        json_close(j, '}');
    }
    json_close(j, '}');
    json_key_open(j, "logicalLocations", '[');
    json_open(j, '{');
    json_key_str(j, "fullyQualifiedName", s->title);
    json_key_str(j, "kind", "function");
    json_close(j, '}');
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, ']');
    sb_release(&uri);
}

static void rules(Json *j, const Diff *d) {
    StrVec done = {0};
    json_key_open(j, "rules", '[');
    for (uint32_t i = 0; i < d->pairs.n; i++) {
        const DiffSite *s = d->pairs.v[i].new;
        if (d->pairs.v[i].state != DIFF_NEW || strvec_has(&done, s->reason)) continue;
        vec_push(NULL, &done, s->reason);
        StrBuf id = STRBUF_INIT, why = STRBUF_INIT;
        rule_id(&id, s);
        sb_printf(&why, "The value is on the heap because %s.",
                  *s->because ? s->because : "of what is done with it");
        json_open(j, '{');
        json_key_str(j, "id", sb_str(&id));
        message(j, "shortDescription", "A value that was not there is on the heap");
        message(j, "fullDescription", sb_str(&why));
        json_key_open(j, "defaultConfiguration", '{');
        json_key_str(j, "level", "note");
        json_close(j, '}');
        json_close(j, '}');
        sb_release(&id);
        sb_release(&why);
    }
    json_close(j, ']');
    vec_free(&done);
}

static void sarif_result(Json *j, Arena *a, const Diff *d, const DiffSite *s) {
    StrBuf id = STRBUF_INIT, print = STRBUF_INIT, text = STRBUF_INIT;
    rule_id(&id, s);
    fingerprint(&print, d->new, s);
    sb_printf(&text, "%s is on the heap", *s->name ? s->name : s->what);
    if (s->size >= 0) sb_printf(&text, ", %lld byte%s", (long long)s->size, s->size == 1 ? "" : "s");
    sb_printf(&text, ", in %s", s->title);
    if (*s->via) sb_printf(&text, " through %s", s->via);
    if (*s->because) sb_printf(&text, ", because %s", s->because);
    sb_addc(&text, '.');
    if (*s->advice) sb_printf(&text, " To keep it off the heap: %s.", s->advice);
    json_line(j);
    json_open(j, '{');
    json_key_str(j, "ruleId", sb_str(&id));
    json_key_str(j, "level", "note");
    message(j, "message", sb_str(&text));
    location(j, a, d->new, s);
    json_key_open(j, "partialFingerprints", '{');
    json_key_str(j, "goescSite/v1", sb_str(&print));
    json_close(j, '}');
    json_close(j, '}');
    sb_release(&id);
    sb_release(&print);
    sb_release(&text);
}

void diff_sarif(StrBuf *out, const Diff *d, const char *version) {
    Arena a;
    arena_init(&a);
    Json j = json_begin(out, JSON_OURS);
    json_open(&j, '{');
    json_key_str(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_key_str(&j, "version", "2.1.0");
    json_key_open(&j, "runs", '[');
    json_open(&j, '{');
    json_key_open(&j, "tool", '{');
    json_key_open(&j, "driver", '{');
    json_key_str(&j, "name", "goesc");
    json_key_str(&j, "version", version);
    rules(&j, d);
    json_close(&j, '}');
    json_close(&j, '}');
    json_key_str(&j, "columnKind", "unicodeCodePoints");
    json_key_open(&j, "results", '[');
    for (uint32_t i = 0; i < d->pairs.n; i++)
        if (d->pairs.v[i].state == DIFF_NEW) sarif_result(&j, &a, d, d->pairs.v[i].new);
    json_close(&j, ']');
    json_close(&j, '}');
    json_close(&j, ']');
    json_close(&j, '}');
    sb_addc(out, '\n');
    arena_release(&a);
}
