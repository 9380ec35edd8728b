/* The table of position bases and the printing of positions. Entries never move, so readers need no lock. */
#include "base/pos.h"
#include "base/fault.h"

enum { CHUNK_BITS = 8, CHUNK = 1 << CHUNK_BITS, CHUNKS = 1 << 12 };

typedef struct Chunk {
    PosTable *owner;
    PosBase v[CHUNK];
} Chunk;

static Chunk *chunks[CHUNKS]; /* NULL: not taken */
static pthread_mutex_t chunks_lock = PTHREAD_MUTEX_INITIALIZER;

void postable_init(PosTable *t) {
    *t = (PosTable){0};
    pthread_mutex_init(&t->lock, NULL);
    arena_init(&t->arena);
}

void postable_release(PosTable *t) {
    pthread_mutex_lock(&chunks_lock);
    for (uint32_t i = 0; i < t->chunks.n; i++) {
        free_heap(chunks[t->chunks.v[i]]);
        __atomic_store_n(&chunks[t->chunks.v[i]], NULL, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&chunks_lock);
    vec_free(&t->chunks);
    arena_release(&t->arena);
    pthread_mutex_destroy(&t->lock);
    *t = (PosTable){0};
}

/* A chunk for the table, if it can be behind those that it has: order among bases is order of making then. */
static void take_chunk(PosTable *t) {
    vec_push(NULL, &t->chunks, 0); /* room, before anything is taken */
    t->chunks.n--;
    Chunk *c = xcalloc(1, sizeof *c);
    c->owner = t;
    pthread_mutex_lock(&chunks_lock);
    uint32_t from = t->chunks.n ? vec_last(&t->chunks) + 1 : 0, i = from;
    while (i < CHUNKS && chunks[i]) i++;
    if (i == CHUNKS)
        for (i = 0; i < from && chunks[i];) i++;
    bool found = i < CHUNKS && !chunks[i];
    if (found) __atomic_store_n(&chunks[i], c, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&chunks_lock);
    if (!found) {
        free_heap(c);
        BUG("more than %d files and //line directives", CHUNK * CHUNKS);
    }
    vec_push(NULL, &t->chunks, i);
    t->next = i << CHUNK_BITS;
    t->left = CHUNK;
    if (i == 0) t->next++, t->left--; /* base 0: no position */
}

static uint32_t add(PosTable *t, PosBase b) {
    Held h;
    lock_take(&h, &t->lock);
    if (!t->left) take_chunk(t);
    if (!t->last || strcmp(t->last, b.filename) != 0)
        t->last = arena_strndup(&t->arena, b.filename, strlen(b.filename));
    uint32_t i = t->next;
    b.filename = t->last;
    if (b.is_file) {
        b.file = i;
        b.pos = pos_make(i, 1, 1);
    }
    chunks[i >> CHUNK_BITS]->v[i & (CHUNK - 1)] = b;
    t->next++, t->left--;
    lock_give(&h);
    return i;
}

uint32_t posbase_new_file(PosTable *t, const char *filename) {
    return add(t, (PosBase){.filename = filename, .line = 1, .col = 1, .is_file = true});
}

uint32_t posbase_new_line(Pos pos, const char *filename, uint32_t line, uint32_t col) {
    uint32_t base = pos_base(pos), file = posbase_get(base)->file;
    return add(chunks[base >> CHUNK_BITS]->owner,
               (PosBase){.filename = filename, .pos = pos, .line = line, .col = col, .file = file});
}

uint32_t posbase_taken(void) {
    uint32_t n = 0;
    pthread_mutex_lock(&chunks_lock);
    for (uint32_t i = 0; i < CHUNKS; i++) n += chunks[i] ? CHUNK : 0;
    pthread_mutex_unlock(&chunks_lock);
    return n;
}

const PosBase *posbase_get(uint32_t base) {
    static const PosBase none = {.filename = ""};
    const Chunk *c = __atomic_load_n(&chunks[base >> CHUNK_BITS], __ATOMIC_ACQUIRE);
    return c && base ? &c->v[base & (CHUNK - 1)] : &none;
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
