/* The functions that a profile names, in the packages that were analysed: where they begin (a function that
 * begins elsewhere tells that the source is another one), what of a line the run-time system works for, and
 * whether a benchmark counts its operations with b.Loop or with b.N.
 *
 * Instances of generic functions are compiled into every package that uses them, and any of these copies can
 * be the one in the program; they are alike, so the first one found serves. */
#include "ir/ir.h"
#include "ir/types.h"
#include "join/join.h"
#include "load/load_int.h"

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Symbols escape some characters of the import path: "gopkg.in/yaml%2ev3.Unmarshal". */
char *join_unescape(char *s) {
    char *w = s;
    for (const char *r = s; *r;) {
        int hi = *r == '%' && r[1] ? hex_digit(r[1]) : -1, lo = hi >= 0 && r[2] ? hex_digit(r[2]) : -1;
        if (lo >= 0) *w++ = (char)(hi * 16 + lo), r += 3;
        else *w++ = *r++;
    }
    *w = 0;
    return s;
}

static void index_package(Join *j, LoadedPkg *p) {
    if (!p->ir || p->failed) return;
    StrBuf sb = STRBUF_INIT;
    for (uint32_t i = 0; i < p->ir->funcs.n; i++) {
        const IrFunc *fn = p->ir->funcs.v[i];
        sb.n = 0;
        ir_print_pkg_func_name(&sb, fn);
        (void)sb_str(&sb);
        if (strchr(sb.buf, '%')) join_unescape(sb.buf);
        uint64_t key = hash_bytes(sb.buf, strlen(sb.buf), 11) | 1;
        if (map_has(&j->funcs, key)) continue;
        JoinFunc *f = NEW(&j->arena, JoinFunc);
        *f = (JoinFunc){.pkg = p, .fn = fn};
        map_put(&j->funcs, key, f);
    }
    sb_release(&sb);
}

JoinFunc *join_func(Join *j, const char *name) {
    if (!j->indexed) {
        j->indexed = true;
        for (uint32_t i = 0; i < j->session->npkgs; i++) index_package(j, j->session->pkgs[i]);
    }
    return map_get(&j->funcs, hash_bytes(name, strlen(name), 11) | 1);
}

int64_t join_func_line(const JoinFunc *f, const char **file) {
    Pos p = ir_innermost_pos(ir_npos(&f->fn->n));
    if (p == NO_POS) return 0;
    *file = pos_rel(p).filename;
    return pos_rel(p).line;
}

/* ---- operations of a benchmark ---- */

static bool of_testing(const IrFunc *fn, const char *name) {
    StrBuf sb = STRBUF_INIT;
    ir_print_pkg_func_name(&sb, fn);
    bool yes = has_prefix(sb_str(&sb), "testing.") && !strcmp(sb_str(&sb) + strlen("testing."), name);
    sb_release(&sb);
    return yes;
}

typedef struct Counting {
    JoinFunc *f;
    Arena *arena;
    uint32_t mentions, in_heads; /* of what counts; those in the heads of loops */
} Counting;

static bool inlined_from(const IrPackage *ir, uint32_t inl, const char *name) {
    for (; inl; inl = ir->inl_tree.v[inl - 1].pos.inl)
        if (ir->inl_tree.v[inl - 1].func && of_testing(ir->inl_tree.v[inl - 1].func, name)) return true;
    return false;
}

static bool is_bench_n(const IrPackage *ir, IrNode *n) {
    if (n->op != ODOTPTR || !IR(SelectorExpr, n)->field || strcmp(IR(SelectorExpr, n)->sel->s, "N") != 0)
        return false;
    StrBuf sb = STRBUF_INIT;
    ir_print_type(&sb, ir, IR(SelectorExpr, n)->x->type);
    bool yes = !strcmp(sb_str(&sb), "*testing.B");
    sb_release(&sb);
    return yes;
}

static const char *testing_callee(IrNode *n) {
    const IrName *callee = n->op == OCALLFUNC ? ir_static_callee_name(IR(CallExpr, n)->fun) : NULL;
    const char *path = callee && callee->sym_pkg ? callee->sym_pkg
                       : callee && callee->pkg   ? callee->pkg->path->s
                                                 : "";
    return !strcmp(path, "testing") ? callee->sym->s : "";
}

static bool mention(IrNode *n, void *ctx) {
    Counting *c = ctx;
    const IrPackage *ir = c->f->pkg->ir;
    const char *callee = testing_callee(n);
    bool loop = inlined_from(ir, n->inl, "(*B).Loop") || !strcmp(callee, "(*B).Loop");
    bool count = is_bench_n(ir, n) || !strcmp(callee, "(*PB).Next") || inlined_from(ir, n->inl, "(*PB).Next");
    c->f->loops |= loop;
    c->f->counts |= count;
    c->mentions += loop || count;
    return false;
}

static bool last_line(IrNode *n, void *ctx) {
    Counting *c = ctx;
    Pos p = ir_outermost_pos(c->f->pkg->ir, ir_npos(n));
    int64_t line = p == NO_POS ? 0 : pos_rel(p).line;
    JoinLines *at = &vec_last(&c->f->inside);
    if (line > at->end) at->end = line;
    return false;
}

static bool loops(IrNode *n, void *ctx) {
    Counting *c = ctx;
    IrNode *head = n->op == OFOR ? IR(ForStmt, n)->cond : n->op == ORANGE ? IR(RangeStmt, n)->x : NULL;
    if (!head) return false;
    uint32_t before = c->mentions;
    ir_any(head, mention, c);
    Pos p = ir_outermost_pos(c->f->pkg->ir, ir_npos(n));
    if (c->mentions == before || p == NO_POS) return false;
    c->in_heads += c->mentions - before;
    vec_push(c->arena, &c->f->inside, ((JoinLines){pos_rel(p).line, pos_rel(p).line}));
    ir_any(n, last_line, c);
    return false;
}

void join_counting(Join *j, JoinFunc *f) {
    if (f->looked) return;
    f->looked = true;
    Counting c = {.f = f, .arena = &j->arena};
    ir_any_list(f->fn->body, loops, &c);
    c.mentions = 0;
    ir_any_list(f->fn->body, mention, &c);
    if (c.mentions != c.in_heads) f->inside.n = 0; /* counted in some other way */
}

/* ---- what the run-time system does for a line ---- */

typedef struct LineWork {
    const IrPackage *ir;
    const JoinFrame *leaf;
    const char *what, *why; /* the most telling so far */
    int rank;
    Arena *arena;
} LineWork;

static void found(LineWork *w, int rank, const char *what, const char *why) {
    if (rank <= w->rank) return;
    w->rank = rank;
    w->what = what;
    w->why = why;
}

static const char *base_name(const char *path) {
    const char *p = strrchr(path, '/');
    return p ? p + 1 : path;
}

static bool runtime_path(const char *path) {
    return !strcmp(path, "runtime") || has_prefix(path, "internal/runtime/");
}

/* Profiles leave out the frames of the run-time system at the end of a stack. */
static bool in_runtime(const IrFunc *fn) {
    return runtime_path(fn && fn->nname && fn->nname->pkg ? fn->nname->pkg->path->s : "");
}

static bool on_line(const IrPackage *ir, const IrNode *n, const JoinFrame *leaf) {
    IrPos at = ir_npos(n);
    while (at.inl && in_runtime(ir->inl_tree.v[at.inl - 1].func)) at = ir->inl_tree.v[at.inl - 1].pos;
    Pos p = ir_innermost_pos(at);
    return p != NO_POS && pos_rel(p).line == (uint32_t)leaf->line &&
           !strcmp(base_name(pos_rel(p).filename), base_name(leaf->file));
}

static bool is_interface(Type *t) { return t && ir_kind(t) == TINTER; }

static bool work_of(IrNode *n, void *ctx) {
    static const char asks[] = "the run-time system needs it for what the caller asked";
    static const char tables[] =
        "the run-time system remembers which types have which methods, for the next time";
    static const char waits[] = "the run-time system notes who waits, and keeps the note for the next one";
    LineWork *w = ctx;
    if (!on_line(w->ir, n, w->leaf)) return false;
    switch (OPOF(n)) {
    case OMOVE2HEAP:
        found(w, 9, "slice that append has grown on the stack so far",
              "it leaves the function here, and its elements move to the heap");
        break;
    case OCALLFUNC: {
        const IrName *callee = ir_static_callee_name(IR(CallExpr, n)->fun);
        const char *path = callee && callee->sym_pkg ? callee->sym_pkg
                           : callee && callee->pkg   ? callee->pkg->path->s
                                                     : "";
        if (runtime_path(path))
            found(w, 8, arena_printf(w->arena, "inside %s.%s, which is called here", path, callee->sym->s),
                  asks);
        break;
    }
    case OSEND:
    case ORECV:
    case OAS2RECV:
    case OSELRECV2:
    case OSELECT: found(w, 6, "waiting on a channel", waits); break;
    case ODOTTYPE:
    case ODOTTYPE2:
    case ODYNAMICDOTTYPE:
    case ODYNAMICDOTTYPE2:
        if (is_interface(n->type)) found(w, 5, "type assertion to an interface", tables);
        break;
    case OAS2DOTTYPE: break; /* its right side comes too */
    case OCONVIFACE:
        if (is_interface(IR(ConvExpr, n)->x->type))
            found(w, 5, "conversion from one interface to another", tables);
        break;
    case OSWITCH:
        if (IR(SwitchStmt, n)->tag && IR(SwitchStmt, n)->tag->op == OTYPESW)
            found(w, 3, "switch over types", tables);
        break;
    case ODEFER:
        found(w, 4, "record of a deferred call", "the run-time system holds it until the function returns");
        break;
    case OPANIC:
    case ORECOVER: found(w, 4, "panic or recover", asks); break;
    default: break;
    }
    return false;
}

typedef struct LineCalls {
    Join *j;
    const JoinFunc *caller;
    const JoinFrame *leaf;
    JoinCallees *out;
} LineCalls;

static bool called(IrNode *n, void *ctx) {
    LineCalls *w = ctx;
    if (n->op != OCALLFUNC || !on_line(w->caller->pkg->ir, n, w->leaf)) return false;
    const IrName *callee = ir_static_callee_name(IR(CallExpr, n)->fun);
    if (!callee) return false;
    StrBuf sb = STRBUF_INIT;
    sb_printf(&sb, "%s.%s",
              callee->sym_pkg ? callee->sym_pkg
              : callee->pkg   ? callee->pkg->path->s
                              : "",
              callee->sym->s);
    JoinFunc *f = join_func(w->j, join_unescape(arena_printf(&w->j->arena, "%s", sb_str(&sb))));
    if (f && !runtime_path(f->pkg->import_path))
        vec_push(&w->j->arena, w->out, ((JoinCallee){f->pkg, arena_printf(&w->j->arena, "%s", sb_str(&sb))}));
    sb_release(&sb);
    return false;
}

void join_line_callees(Join *j, const JoinRow *r, JoinCallees *out) {
    LineCalls w = {
        .j = j, .caller = join_func(j, r->frames[r->nframes - 1].func), .leaf = &r->frames[0], .out = out};
    if (w.caller) ir_any_list(w.caller->fn->body, called, &w);
}

const JoinHelper *join_line_work(Join *j, const JoinRow *r) {
    JoinFunc *f = join_func(j, r->frames[r->nframes - 1].func);
    if (!f) return NULL;
    LineWork w = {.ir = f->pkg->ir, .leaf = &r->frames[0], .arena = &j->arena};
    ir_any_list(f->fn->body, work_of, &w);
    if (!w.rank) return NULL;
    JoinHelper *h = NEW(&j->arena, JoinHelper);
    *h = (JoinHelper){"", w.what, w.why};
    return h;
}
