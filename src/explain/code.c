/* code.c: the functions of a package as they were compiled: where they begin, what of their lines the
 * run-time system works for, what they call by name, and whether they count the operations of a benchmark
 * with b.Loop or with b.N. A memory profile is joined with this (join/join.h), where no value explains a
 * block.
 *
 * Lines are those where a profile would put them: it leaves out the frames of inlined run-time functions. */
#include "explain/explain_int.h"

const char *const ex_work_what[] = {
#define WORK(id, rank, what, why) what,
#include "explain/work.def"
#undef WORK
};
const char *const ex_work_why[] = {
#define WORK(id, rank, what, why) why,
#include "explain/work.def"
#undef WORK
};
const uint8_t ex_work_rank[] = {
#define WORK(id, rank, what, why) rank,
#include "explain/work.def"
#undef WORK
};

typedef struct Coding {
    ExPackage *x;
    const IrPackage *ir;
    uint8_t *inlined; /* by inl: 1 + IN_… bits, 0: not known yet */
    Map texts;        /* hash → text */
    ExCode *f;
    uint32_t mentions, in_heads; /* of what counts operations; those in the heads of loops */
} Coding;

static const char *text(Coding *c, const char *s, size_t n) {
    uint64_t key = hash_bytes(s, n, 5) | 1;
    const char *got = map_get(&c->texts, key);
    if (got && strlen(got) == n && !memcmp(got, s, n)) return got;
    got = arena_strndup(&c->x->arena, s, n);
    map_put(&c->texts, key, (void *)(uintptr_t)got);
    return got;
}

static const char *base_name(const char *path) {
    const char *p = strrchr(path, '/');
    return p ? p + 1 : path;
}

static ExLine line_of(Coding *c, Pos p) {
    if (p == NO_POS) return (ExLine){.file = ""};
    RelPos r = pos_rel(p);
    const char *file = base_name(r.filename);
    return (ExLine){.file = text(c, file, strlen(file)), .line = r.line};
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *ex_unescape(char *s) {
    char *w = s;
    for (const char *r = s; *r;) {
        int hi = *r == '%' && r[1] ? hex_digit(r[1]) : -1, lo = hi >= 0 && r[2] ? hex_digit(r[2]) : -1;
        if (lo >= 0) *w++ = (char)(hi * 16 + lo), r += 3;
        else *w++ = *r++;
    }
    *w = 0;
    return s;
}

/* ---- where ---- */

static bool runtime_path(const char *path) {
    return !strcmp(path, "runtime") || !strncmp(path, "internal/runtime/", strlen("internal/runtime/"));
}

static bool in_runtime(const IrFunc *fn) {
    return fn && fn->nname && fn->nname->pkg && runtime_path(fn->nname->pkg->path->s);
}

static ExLine profile_line(Coding *c, const IrNode *n) {
    IrPos at = ir_npos(n);
    while (at.inl && in_runtime(c->ir->inl_tree.v[at.inl - 1].func)) at = c->ir->inl_tree.v[at.inl - 1].pos;
    return line_of(c, ir_innermost_pos(at));
}

/* ---- operations of a benchmark ---- */

enum { IN_LOOP = 1, IN_NEXT = 2 };

/* Which functions of testing the code was inlined from. */
static unsigned inlined_from(Coding *c, uint32_t inl) {
    if (!inl) return 0;
    if (c->inlined[inl]) return c->inlined[inl] - 1u;
    const IrInlCall *call = &c->ir->inl_tree.v[inl - 1];
    unsigned bits = inlined_from(c, call->pos.inl);
    const IrName *name = call->func ? call->func->nname : NULL;
    if (name && !strcmp(ir_name_path(name), "testing")) {
        if (!strcmp(name->sym->s, "(*B).Loop")) bits |= IN_LOOP;
        if (!strcmp(name->sym->s, "(*PB).Next")) bits |= IN_NEXT;
    }
    c->inlined[inl] = (uint8_t)(bits + 1);
    return bits;
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

static const char *testing_callee(const IrName *callee) {
    return callee && !strcmp(ir_name_path(callee), "testing") ? callee->sym->s : "";
}

static const IrName *callee_of(const IrNode *n) {
    return n->op == OCALLFUNC ? ir_static_callee_name(IR(CallExpr, n)->fun) : NULL;
}

static void mention(Coding *c, IrNode *n) {
    const char *callee = testing_callee(callee_of(n));
    unsigned from = inlined_from(c, n->inl);
    bool loop = from & IN_LOOP || !strcmp(callee, "(*B).Loop");
    bool count = is_bench_n(c->ir, n) || from & IN_NEXT || !strcmp(callee, "(*PB).Next");
    c->f->loops |= loop;
    c->f->counts |= count;
    c->mentions += loop || count;
}

static bool mentions(IrNode *n, void *ctx) {
    mention(ctx, n);
    return false;
}

static uint32_t outer_line(const IrPackage *ir, const IrNode *n) {
    Pos p = ir_outermost_pos(ir, ir_npos(n));
    return p == NO_POS ? 0 : pos_rel(p).line;
}

static bool last_line(IrNode *n, void *ctx) {
    Coding *c = ctx;
    ExLoop *loop = &vec_last(&c->x->loops);
    loop->end = MAX(loop->end, outer_line(c->ir, n));
    return false;
}

static bool loops(IrNode *n, void *ctx) {
    Coding *c = ctx;
    IrNode *head = n->op == OFOR ? IR(ForStmt, n)->cond : n->op == ORANGE ? IR(RangeStmt, n)->x : NULL;
    if (!head) return false;
    uint32_t before = c->mentions, line = outer_line(c->ir, n);
    ir_any(head, mentions, c);
    if (c->mentions == before || !line) return false;
    c->in_heads += c->mentions - before;
    vec_push(NULL, &c->x->loops, ((ExLoop){line, line}));
    c->f->nloops++;
    ir_any(n, last_line, c);
    return false;
}

/* The loops that count, when nothing else in the function does. */
static void find_loops(Coding *c, const IrFunc *fn) {
    uint32_t all = c->mentions;
    c->mentions = c->in_heads = 0;
    ir_any_list(fn->body, loops, c);
    if (all == c->in_heads) return;
    c->x->loops.n = c->f->loop;
    c->f->nloops = 0;
}

/* ---- what the run-time system does for a line ---- */

static bool is_interface(Type *t) { return t && ir_kind(t) == TINTER; }

static void add_work(Coding *c, const IrNode *n, ExWorkId id, const char *callee) {
    ExWork w = {.at = profile_line(c, n), .id = (uint8_t)id, .callee = callee};
    for (uint32_t i = c->f->work; i < c->x->work.n; i++) {
        const ExWork *o = &c->x->work.v[i];
        if (o->id == w.id && o->at.line == w.at.line && o->at.file == w.at.file)
            return; /* the first one says it */
    }
    if (!w.at.line) return;
    vec_push(NULL, &c->x->work, w);
    c->f->nwork++;
}

static void call_of(Coding *c, const IrNode *n) {
    const IrName *callee = callee_of(n);
    if (!callee) return;
    const char *path = ir_name_path(callee);
    StrBuf sb = STRBUF_INIT;
    sb_printf(&sb, "%s.%s", path, callee->sym->s);
    const char *name = text(c, sb_str(&sb), sb.n);
    sb_release(&sb);
    if (runtime_path(path)) {
        add_work(c, n, EX_WORK_CALLED, name);
        return;
    }
    ExCall call = {.at = profile_line(c, n), .callee = name};
    if (!call.at.line) return;
    vec_push(NULL, &c->x->calls, call);
    c->f->ncalls++;
}

static bool work_of(IrNode *n, void *ctx) {
    Coding *c = ctx;
    mention(c, n);
    switch (OPOF(n)) {
    case OMOVE2HEAP: add_work(c, n, EX_WORK_MOVED, ""); break;
    case OCALLFUNC: call_of(c, n); break;
    case OSEND:
    case ORECV:
    case OAS2RECV:
    case OSELRECV2:
    case OSELECT: add_work(c, n, EX_WORK_CHANNEL, ""); break;
    case ODOTTYPE:
    case ODOTTYPE2:
    case ODYNAMICDOTTYPE:
    case ODYNAMICDOTTYPE2:
        if (is_interface(n->type)) add_work(c, n, EX_WORK_ASSERTION, "");
        break;
    case OCONVIFACE:
        if (is_interface(IR(ConvExpr, n)->x->type)) add_work(c, n, EX_WORK_CONVERSION, "");
        break;
    case OSWITCH:
        if (IR(SwitchStmt, n)->tag && IR(SwitchStmt, n)->tag->op == OTYPESW)
            add_work(c, n, EX_WORK_TYPE_SWITCH, "");
        break;
    case ODEFER: add_work(c, n, EX_WORK_DEFER, ""); break;
    case OPANIC:
    case ORECOVER: add_work(c, n, EX_WORK_PANIC, ""); break;
    default: break;
    }
    return false;
}

static void add_func(Coding *c, const IrFunc *fn, bool bodies) {
    ExPackage *x = c->x;
    StrBuf sb = STRBUF_INIT;
    ir_print_pkg_func_name(&sb, fn);
    (void)sb_str(&sb);
    if (strchr(sb.buf, '%')) sb.n = strlen(ex_unescape(sb.buf));
    ExCode f = {.name = text(c, sb.buf, sb.n),
                .at = line_of(c, ir_innermost_pos(ir_npos(&fn->n))),
                .loop = x->loops.n,
                .work = x->work.n,
                .call = x->calls.n};
    sb_release(&sb);
    c->f = &f;
    c->mentions = 0;
    if (bodies) ir_any_list(fn->body, work_of, c);
    if (c->mentions) find_loops(c, fn);
    vec_push(NULL, &x->code, f);
}

void explain_code(ExPackage *x, const IrPackage *ir, bool bodies) {
    Coding c = {.x = x, .ir = ir};
    c.inlined = xcalloc(ir->inl_tree.n + 1, 1);
    for (uint32_t i = 0; i < ir->funcs.n; i++) add_func(&c, ir->funcs.v[i], bodies);
    EX_SETTLE(x, code);
    EX_SETTLE(x, loops);
    EX_SETTLE(x, work);
    EX_SETTLE(x, calls);
    free_heap(c.inlined);
    map_release(&c.texts);
}
