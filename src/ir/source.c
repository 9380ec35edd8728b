/* source.c: see source.h. A hash table with lists that keep the order of the notes. Its size follows from
 * that of the source: there is about one note for 32 bytes. */
#include "ir/source.h"

typedef struct Note {
    Pos at;
    const void *syntax;
    struct Note *next;
    uint8_t op; /* IrOp */
} Note;

struct IrSources {
    Note **lists;
    uint64_t mask; /* how many there are, less one: a power of two */
};

void ir_sources_keep(IrPackage *pkg) {
    size_t bytes = 0, n = 16;
    for (uint32_t i = 0; i < pkg->nfiles; i++) bytes += pkg->files[i]->src.n;
    while (n < bytes / 32) n *= 2;
    pkg->sources = NEW(pkg->arena, IrSources);
    *pkg->sources = (IrSources){.lists = NEW_ARRAY(pkg->arena, Note *, n), .mask = n - 1};
}

static Note **list_of(const IrSources *s, Pos at) {
    return &s->lists[hash_bytes(&at, sizeof at, 0) & s->mask];
}

static void add(IrPackage *pkg, Pos at, IrOp op, const void *syntax) {
    if (!pkg->sources || at == NO_POS || ((const Node *)syntax)->flags & NF_IMPLICIT) return;
    Note **end = list_of(pkg->sources, at);
    for (; *end; end = &(*end)->next) {
        if ((*end)->at != at || (*end)->op != (uint8_t)op) continue;
        (*end)->syntax = syntax; /* once more, for another instance; or around what was noted before */
        return;
    }
    *end = NEW(pkg->arena, Note);
    **end = (Note){.at = at, .syntax = syntax, .op = (uint8_t)op};
}

void ir_source_note(IrPackage *pkg, const IrNode *n, const void *syntax) {
    if (!pkg->sources) return;
    if (n->op != ONAME) add(pkg, n->p, OPOF(n), syntax); /* names stand where they are declared */
    if (n->p != NPOS(syntax)) add(pkg, NPOS(syntax), OPOF(n), syntax);
}

void ir_source_note_at(IrPackage *pkg, IrOp op, const void *syntax) { add(pkg, NPOS(syntax), op, syntax); }

const void *ir_source_find(const IrPackage *pkg, Pos at, IrOp op) {
    if (!pkg->sources) return NULL;
    const Note *first = *list_of(pkg->sources, at);
    for (const Note *n = first; n; n = n->next)
        if (n->at == at && n->op == (uint8_t)op) return n->syntax;
    for (const Note *n = first; n; n = n->next)
        if (n->at == at && NPOS(n->syntax) == at) return n->syntax;
    return NULL;
}
