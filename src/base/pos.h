/* Source positions.
 *
 * A Pos packs base (20 bits), line (24) and column (20, in bytes, from 1) into 64 bits. 0 is unknown. Of two
 * positions with the same base the earlier one is the smaller number. A base is a file, or the part of a file
 * behind a //line directive; it names the file and line that messages show. All bases of the process are in
 * one table; a run takes some (PosTable) and gives them back. */
#ifndef GOESC_POS_H
#define GOESC_POS_H
#include "base/base.h"
#include <pthread.h>

typedef uint64_t Pos;
#define NO_POS ((Pos)0)
#define POS_LINE_MAX ((1u << 24) - 1)
#define POS_COL_MAX ((1u << 20) - 1)

typedef struct PosBase {
    const char *filename; /* as messages show it; absolute unless given otherwise on the command line */
    Pos pos;              /* where the directive stands; in a file's own base: its line 1, column 1 */
    uint32_t line, col;   /* what the directive says; col 0: columns are unknown from here on */
    uint32_t file;        /* the base of the enclosing file (its own index for a file base) */
    bool is_file;
} PosBase;

/* The bases of one run. All live in one table of the process, so that a Pos is enough to find its base; a
 * PosTable takes pieces of it as it needs them, later ones behind earlier ones as long as there are any, and
 * gives them back when it is released. From then on none of its positions may be asked about. */
typedef struct PosTable {
    pthread_mutex_t lock;
    Arena arena;          /* file names */
    VEC(uint32_t) chunks; /* what it has taken, on the heap */
    uint32_t next, left;  /* of the last of them: the next base, and how many there are */
    const char *last;     /* file name of the newest base */
} PosTable;
void postable_init(PosTable *t);
void postable_release(PosTable *t);

uint32_t posbase_new_file(PosTable *t, const char *filename); /* thread-safe, as all below; copies the name */
uint32_t posbase_new_line(Pos pos, const char *filename, uint32_t line, uint32_t col); /* in pos's table */
const PosBase *posbase_get(uint32_t base); /* never NULL for a base obtained above; stable address */
uint32_t posbase_taken(void);              /* how many bases are set aside for tables in use */

static inline Pos pos_make(uint32_t base, uint32_t line, uint32_t col) {
    if (line > POS_LINE_MAX) line = POS_LINE_MAX;
    if (col > POS_COL_MAX) col = POS_COL_MAX;
    return (Pos)base << 44 | (Pos)line << 20 | col;
}
static inline uint32_t pos_base(Pos p) { return (uint32_t)(p >> 44); }
static inline uint32_t pos_line(Pos p) { return (uint32_t)(p >> 20) & POS_LINE_MAX; } /* in the real file */
static inline uint32_t pos_col(Pos p) { return (uint32_t)p & POS_COL_MAX; }

/* What a message shows, with //line directives applied. col is 0 when unknown. */
typedef struct RelPos {
    const char *filename;
    uint32_t line, col;
} RelPos;
RelPos pos_rel(Pos p);
/* "file:line:col" as the compiler prints it: the column is left out when it is 0 or over 254 (the compiler's
 * own limit, kept for identical bytes). Unknown: "<unknown line number>". */
void pos_format(StrBuf *sb, Pos p);
/* Source order: by file name, then line, then column, as go/types' error sorting needs. */
int pos_compare(Pos a, Pos b);

#endif
