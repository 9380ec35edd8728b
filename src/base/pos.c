/* The table of position bases and the printing of positions. Entries never move, so readers need no lock. */
#include "base/pos.h"
#include <pthread.h>

enum { CHUNK_BITS = 10, CHUNK = 1 << CHUNK_BITS, CHUNKS = 1 << 10 };

static PosBase *chunks[CHUNKS];
static uint32_t count = 1; /* base 0: no position */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint32_t add(PosBase b) {
    pthread_mutex_lock(&lock);
    uint32_t i = count;
    if (i >> CHUNK_BITS >= CHUNKS) {
        pthread_mutex_unlock(&lock);
        BUG("more than %d files and //line directives", CHUNK * CHUNKS);
    }
    if (!chunks[i >> CHUNK_BITS]) {
        PosBase *c = xcalloc(CHUNK, sizeof(PosBase));
        __atomic_store_n(&chunks[i >> CHUNK_BITS], c, __ATOMIC_RELEASE);
    }
    if (b.is_file) {
        b.file = i;
        b.pos = pos_make(i, 1, 1);
    }
    chunks[i >> CHUNK_BITS][i & (CHUNK - 1)] = b;
    count++;
    pthread_mutex_unlock(&lock);
    return i;
}

uint32_t posbase_new_file(const char *filename) {
    return add((PosBase){.filename = name_of(filename)->s, .line = 1, .col = 1, .is_file = true});
}

uint32_t posbase_new_line(Pos pos, const char *filename, uint32_t line, uint32_t col) {
    uint32_t file = posbase_get(pos_base(pos))->file;
    return add(
        (PosBase){.filename = name_of(filename)->s, .pos = pos, .line = line, .col = col, .file = file});
}

uint32_t posbase_mark(void) { return count; }
void posbase_rewind(uint32_t mark) { count = mark; }

const PosBase *posbase_get(uint32_t base) {
    static const PosBase none = {.filename = ""};
    const PosBase *c = __atomic_load_n(&chunks[base >> CHUNK_BITS], __ATOMIC_ACQUIRE);
    return c && base ? &c[base & (CHUNK - 1)] : &none;
}

/* The compiler keeps columns in eight bits; 255 stands for everything from there on. */
static uint32_t short_col(Pos p) {
    uint32_t c = pos_col(p);
    return c < 255 ? c : 255;
}

/* The compiler's own limit on lines in messages, kept for identical bytes: what is further down is said to be
 * on the last line that there is, without a column. */
enum { LAST_LINE = (1 << 20) - 2 };
static uint32_t short_line(Pos p) { return MIN(pos_line(p), (uint32_t)LAST_LINE); }

RelPos pos_rel(Pos p) {
    const PosBase *b = posbase_get(pos_base(p));
    uint32_t line = b->line + (short_line(p) - short_line(b->pos));
    uint32_t col = pos_line(p) > LAST_LINE ? 0 : short_col(p);
    if (b->col == 0) col = 0; /* the directive gave no column: unknown from here on */
    else if (short_line(p) == short_line(b->pos)) col = b->col + (col - short_col(b->pos));
    return (RelPos){b->filename, line, col};
}

void pos_format(StrBuf *sb, Pos p) {
    if (!pos_base(p)) {
        sb_adds(sb, "<unknown line number>");
        return;
    }
    RelPos r = pos_rel(p);
    sb_printf(sb, "%s:%u", r.filename, r.line);
    if (r.col > 0 && r.col < 255) sb_printf(sb, ":%u", r.col);
}

int pos_compare(Pos a, Pos b) {
    if (a == b) return 0;
    uint32_t fa = posbase_get(pos_base(a))->file, fb = posbase_get(pos_base(b))->file;
    if (fa != fb) {
        int c = strcmp(posbase_get(fa)->filename, posbase_get(fb)->filename);
        if (c) return c;
        return fa < fb ? -1 : 1;
    }
    Pos mask = ((Pos)1 << 44) - 1;
    return (a & mask) < (b & mask) ? -1 : (a & mask) > (b & mask);
}
