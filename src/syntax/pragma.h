/* Compiler directives (//go:… comments) as the parser leaves them in the tree.
 *
 * The parser gathers the directives that stand above a declaration and hangs them on it (Decl.pragma,
 * File.pragma). A directive that no declaration takes is reported while parsing; one that stands on a
 * declaration which has no use for it is reported later, by pragma_check. //go:linkname belongs to the file,
 * whatever stands below it. */
#ifndef GOESC_PRAGMA_H
#define GOESC_PRAGMA_H
#include "base/diag.h"
#include "syntax/ast.h"

/* What a function's directives ask for; a verb may set several (nosplit implies nocheckptr). */
enum {
    PRAGMA_NOINTERFACE = 1 << 0,
    PRAGMA_NOESCAPE = 1 << 1,
    PRAGMA_NORACE = 1 << 2,
    PRAGMA_NOSPLIT = 1 << 3,
    PRAGMA_NOINLINE = 1 << 4,
    PRAGMA_NOCHECKPTR = 1 << 5,
    PRAGMA_CGO_UNSAFE_ARGS = 1 << 6,
    PRAGMA_UINTPTR_KEEPALIVE = 1 << 7,
    PRAGMA_UINTPTR_ESCAPES = 1 << 8,
    PRAGMA_SYSTEMSTACK = 1 << 9,
    PRAGMA_NOWRITEBARRIER = 1 << 10,
    PRAGMA_NOWRITEBARRIERREC = 1 << 11,
    PRAGMA_YESWRITEBARRIERREC = 1 << 12,
    PRAGMA_GO_BUILD = 1 << 13,
    PRAGMA_REGISTER_PARAMS = 1 << 14,
    /* those that a function declaration may carry */
    PRAGMA_FUNC = 0x7fff & ~PRAGMA_GO_BUILD,
};

typedef struct PragmaPos { /* one directive */
    uint32_t flag;         /* 0: none of the above (an unknown verb) */
    Pos pos;
} PragmaPos;

typedef struct PragmaEmbed { /* //go:embed */
    Pos pos;
    Str *patterns; /* unquoted */
    uint32_t n;
} PragmaEmbed;

struct Pragma {
    uint32_t flags; /* the union of all */
    VEC(PragmaPos) pos;
    VEC(PragmaEmbed) embeds;
    /* only when compiling for wasm; positions are NO_POS when absent */
    Pos wasm_import_pos;
    Str wasm_module, wasm_name;
    Pos wasm_export_pos;
    Str wasm_export;
};

/* //go:linkname local [remote]. remote is never empty: without one it is the symbol's own name. */
struct Linkname {
    Pos pos;
    const Name *local;
    Str remote;
};

static inline uint32_t pragma_flags(const Pragma *p) { return p ? p->flags : 0; }
/* Reports the directives of p that a declaration with these allowed flags can't carry. p may be NULL. */
void pragma_check(const Pragma *p, uint32_t allowed, bool embed_ok, DiagSink *diags);

#endif
