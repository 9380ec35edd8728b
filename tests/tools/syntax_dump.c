/* Dumps syntax trees: for each file named on standard input the nodes with their positions (own, first, last)
 * and the errors, as a checksum or, with -full, as text. -std and -runtime say what is compiled; -bench only
 * parses. Used to compare the parser with the Go compiler's over many files. */
#include "syntax/parse.h"
#include "syntax/pragma.h"
#include <stdlib.h>
#include <time.h>

static const char *const kind_name[] = {
    "None",
    "BadExpr",
    "Name",
    "BasicLit",
    "CompositeLit",
    "KeyValueExpr",
    "FuncLit",
    "ParenExpr",
    "SelectorExpr",
    "IndexExpr",
    "SliceExpr",
    "AssertExpr",
    "TypeSwitchGuard",
    "Operation",
    "CallExpr",
    "ListExpr",
    "ArrayType",
    "SliceType",
    "DotsType",
    "StructType",
    "InterfaceType",
    "FuncType",
    "MapType",
    "ChanType",
    "Field",
    "EmptyStmt",
    "LabeledStmt",
    "BlockStmt",
    "ExprStmt",
    "SendStmt",
    "DeclStmt",
    "AssignStmt",
    "BranchStmt",
    "CallStmt",
    "ReturnStmt",
    "IfStmt",
    "ForStmt",
    "SwitchStmt",
    "SelectStmt",
    "RangeClause",
    "CaseClause",
    "CommClause",
    "ImportDecl",
    "ConstDecl",
    "TypeDecl",
    "VarDecl",
    "FuncDecl",
    "File",
};
static const char *yes(bool b) { return b ? "true" : "false"; }

typedef struct Dump {
    StrBuf sb;
    uint32_t groups;
    uint32_t group_id[100000];
    int depth;
    bool in_operation;
} Dump;

static void pos(StrBuf *sb, Pos p) {
    if (!p) {
        sb_adds(sb, "-");
        return;
    }
    sb_printf(sb, "%u:%u", pos_line(p), pos_col(p));
    if (!posbase_get(pos_base(p))->is_file) {
        RelPos r = pos_rel(p);
        sb_printf(sb, "{%s:%u:%u}", r.filename, r.line, r.col);
    }
}

static void pragma(StrBuf *sb, const Pragma *p) {
    if (!p) return;
    sb_printf(sb, " pragma=%x", p->flags);
    for (uint32_t i = 0; i < p->pos.n; i++) {
        sb_printf(sb, " (%x ", p->pos.v[i].flag);
        pos(sb, p->pos.v[i].pos);
        sb_addc(sb, ')');
    }
    for (uint32_t i = 0; i < p->embeds.n; i++) {
        sb_adds(sb, " embed(");
        pos(sb, p->embeds.v[i].pos);
        for (uint32_t j = 0; j < p->embeds.v[i].n; j++) {
            sb_addc(sb, ' ');
            sb_add(sb, p->embeds.v[i].patterns[j].p, p->embeds.v[i].patterns[j].n);
        }
        sb_addc(sb, ')');
    }
}

static void decl(Dump *d, const Decl *n) {
    uint32_t id = 0;
    if (n->group) {
        if (!d->group_id[n->group]) d->group_id[n->group] = ++d->groups;
        id = d->group_id[n->group];
    }
    sb_printf(&d->sb, " group=%u", id);
    pragma(&d->sb, n->pragma);
}

static void space_pos(StrBuf *sb, Pos p) {
    sb_addc(sb, ' ');
    pos(sb, p);
}

static bool visit(void *n, void *ctx);

static void node(Dump *d, void *n, bool in_operation) {
    StrBuf *sb = &d->sb;
    for (int i = 0; i < d->depth; i++) sb_addc(sb, ' ');
    NodeKind k = KIND(n);
    sb_adds(sb, kind_name[k]);
    space_pos(sb, NPOS(n));
    space_pos(sb, node_start(n));
    space_pos(sb, node_end(n));
    Node *h = n;
    switch (k) {
    case N_FILE:
        sb_printf(sb, " version=%s eof=", AS(File, n)->go_version ? AS(File, n)->go_version : "");
        pos(sb, AS(File, n)->eof);
        pragma(sb, AS(File, n)->pragma);
        break;
    case N_IMPORT_DECL:
    case N_CONST_DECL:
    case N_VAR_DECL:
    case N_FUNC_DECL: decl(d, n); break;
    case N_TYPE_DECL:
        decl(d, n);
        sb_printf(sb, " alias=%s", yes(h->flags & NF_ALIAS));
        break;
    case N_NAME:
        sb_addc(sb, ' ');
        sb_add(sb, AS(NameExpr, n)->name->s, AS(NameExpr, n)->name->n);
        break;
    case N_BASIC_LIT:
        sb_printf(sb, " %d %s ", h->aux, yes(h->flags & NF_BAD));
        sb_add(sb, AS(BasicLit, n)->text.p, AS(BasicLit, n)->text.n);
        break;
    case N_COMPOSITE_LIT:
        sb_printf(sb, " %u", AS(CompositeLit, n)->nkeys);
        space_pos(sb, AS(CompositeLit, n)->rbrace);
        break;
    case N_SLICE: {
        SliceExpr *s = n;
        sb_printf(sb, " %s %s%s%s", yes(h->flags & NF_FULL), yes(s->index[0]), yes(s->index[1]),
                  yes(s->index[2]));
        break;
    }
    case N_OPERATION: sb_printf(sb, " %s", operator_text[h->aux]); break;
    case N_CALL: sb_printf(sb, " %s", yes(h->flags & NF_HAS_DOTS)); break;
    case N_CHAN_TYPE: sb_printf(sb, " %d", h->aux); break;
    case N_STRUCT_TYPE:
        for (uint32_t i = 0; i < AS(StructType, n)->fields.n; i++)
            sb_printf(sb, " %s", yes(AS(StructType, n)->tags && AS(StructType, n)->tags[i]));
        break;
    case N_BLOCK_STMT: space_pos(sb, AS(BlockStmt, n)->rbrace); break;
    case N_ASSIGN_STMT:
        if (h->aux) sb_printf(sb, " %s", operator_text[h->aux]);
        break;
    case N_BRANCH_STMT: {
        static const char *const words[] = {"break", "continue", "fallthrough", "goto"};
        sb_printf(sb, " %s", words[h->aux]);
        Stmt *t = AS(BranchStmt, n)->target;
        if (t) {
            sb_printf(sb, " %s", kind_name[KIND(t)]);
            space_pos(sb, NPOS(t));
        }
        break;
    }
    case N_CALL_STMT: sb_adds(sb, h->flags & NF_GO ? " go" : " defer"); break;
    case N_SWITCH_STMT: space_pos(sb, AS(SwitchStmt, n)->rbrace); break;
    case N_SELECT_STMT: space_pos(sb, AS(SelectStmt, n)->rbrace); break;
    case N_CASE_CLAUSE: space_pos(sb, AS(CaseClause, n)->colon); break;
    case N_COMM_CLAUSE: space_pos(sb, AS(CommClause, n)->colon); break;
    case N_RANGE_CLAUSE: sb_printf(sb, " %s", yes(h->flags & NF_DEF)); break;
    default: break;
    }
    if (k <= N_CHAN_TYPE && !in_operation) {
        sb_adds(sb, " | ");
        expr_format(sb, n);
    }
    sb_addc(sb, '\n');
}

typedef struct Frame {
    Dump *d;
    void *self;
} Frame;

/* node_walk tells when a node begins; its end is known by walking the children from here. */
static bool visit(void *n, void *ctx) {
    Frame *f = ctx;
    if (n == f->self) return true;
    node(f->d, n, KIND(f->self) == N_OPERATION);
    f->d->depth++;
    Frame inner = {f->d, n};
    node_walk(n, visit, &inner);
    f->d->depth--;
    return false;
}

int main(int argc, char **argv) {
    bool full = false, bench = false;
    ParseOptions opts = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-full") == 0) full = true;
        else if (strcmp(argv[i], "-bench") == 0) bench = true;
        else if (strcmp(argv[i], "-std") == 0) opts.std = true;
        else if (strcmp(argv[i], "-runtime") == 0) opts.compiling_runtime = true;
        else return 2;
    }
    static Dump d;
    char *line = NULL;
    size_t cap = 0, bytes = 0, files = 0, memory = 0;
    ssize_t len;
    double seconds = 0;
    PosTable positions;
    postable_init(&positions);
    while ((len = getline(&line, &cap, stdin)) > 0) {
        if (line[len - 1] == '\n') line[--len] = 0;
        FILE *f = fopen(line, "rb");
        if (!f) continue;
        fseek(f, 0, SEEK_END);
        size_t n = (size_t)ftell(f);
        rewind(f);
        char *buf = xmalloc(n + 1);
        n = fread(buf, 1, n, f);
        buf[n] = 0;
        fclose(f);

        Arena a;
        arena_init(&a);
        DiagSink diags;
        diag_init(&diags, &a);
        struct timespec t0, t1;
        clock_gettime(CLOCK_MONOTONIC, &t0);
        File *file = parse_file_opts(&a, posbase_new_file(&positions, line), line, (Str){buf, n}, &diags, &opts);
        clock_gettime(CLOCK_MONOTONIC, &t1);
        seconds += (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
        bytes += n;
        files++;
        memory += a.total;
        if (!bench) {
            memset(&d, 0, sizeof d);
            if (file) {
                node(&d, file, false);
                d.depth = 1;
                Frame top = {&d, file};
                node_walk(file, visit, &top);
                for (uint32_t i = 0; i < file->nlinknames; i++) {
                    const Linkname *l = &file->linknames[i];
                    sb_adds(&d.sb, "linkname ");
                    pos(&d.sb, l->pos);
                    sb_printf(&d.sb, " %s %.*s\n", l->local->s, (int)l->remote.n, l->remote.p);
                }
            } else {
                sb_adds(&d.sb, "nil\n");
            }
            for (uint32_t i = 0; i < diags.diags.n; i++) {
                sb_adds(&d.sb, "error ");
                pos(&d.sb, diags.diags.v[i].pos);
                sb_printf(&d.sb, ": %s\n", diags.diags.v[i].msg);
            }
            if (full) {
                fwrite(sb_str(&d.sb), 1, d.sb.n, stdout);
            } else {
                uint64_t h = 14695981039346656037ull;
                for (size_t i = 0; i < d.sb.n; i++) h = (h ^ (unsigned char)d.sb.buf[i]) * 1099511628211ull;
                printf("%016llx %zu %u %s\n", (unsigned long long)h, d.sb.n, diags.diags.n, line);
            }
            sb_release(&d.sb);
        }
        arena_release(&a);
        free_heap(buf);
    }
    if (bench)
        printf("%zu files, %.1f MB in %.3f s; trees of %.1f MB\n", files, (double)bytes / 1e6, seconds,
               (double)memory / 1e6);
    libc_free(line);
    return 0;
}
