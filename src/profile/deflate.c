/* gzip as Go's compress/gzip writes it at its default level, byte for byte, so that a profile written by
 * goesc is the file that pprof writes. DEFLATE (RFC 1951) leaves the choice of matches, blocks and codes to
 * the writer; the choices here are Go's:
 *
 * Matches have four bytes at least, and are found through chains of places with the same hash, at most 128
 * places back. A match is held for a byte, and dropped when the next place has a longer one. The window is
 * filled to 64 KiB and then moves on by 32 KiB at a time; places that have left it are no match. A block ends
 * after 16384 tokens, and is stored, coded with the fixed codes or with its own, whichever is smallest. Code
 * lengths come from the boundary package-merge algorithm (Katajainen, Moffat, Turpin), with ties going to
 * pairs. */
#include "profile/profile.h"
#include <stdlib.h>
#include <zlib.h>

enum {
    WINDOW = 1 << 15,
    MIN_MATCH = 4,
    MAX_MATCH = 258,
    BLOCK_TOKENS = 1 << 14,
    HASH_BITS = 17,
    GOOD_LENGTH = 8,
    LAZY_LENGTH = 16,
    NICE_LENGTH = 128,
    MAX_CHAIN = 128,
    MAX_STORED = 65535,
    NUM_LITERALS = 286,
    NUM_OFFSETS = 30,
    NUM_LENGTHS = 19, /* codes for lengths of codes */
    END_OF_BLOCK = 256,
    CODE_END = 255
};

/* ---- codes ---- */

typedef struct Code {
    uint16_t bits, len;
} Code;

typedef struct Symbol {
    uint16_t literal;
    int32_t freq;
} Symbol;

static uint16_t reverse(uint16_t v, int n) {
    uint16_t r = 0;
    for (int i = 0; i < n; i++) r = (uint16_t)(r << 1 | ((v >> i) & 1));
    return r;
}

static int by_freq(const void *pa, const void *pb) {
    const Symbol *a = pa, *b = pb;
    if (a->freq != b->freq) return a->freq < b->freq ? -1 : 1;
    return (int)a->literal - (int)b->literal;
}

static int by_literal(const void *pa, const void *pb) {
    return (int)((const Symbol *)pa)->literal - (int)((const Symbol *)pb)->literal;
}

/* How many codes of each length n symbols (sorted by frequency, a sentinel behind them) get, at most max bits
 * long. */
static void bit_counts(const Symbol *list, int n, int max, int counts[17]) {
    struct {
        int32_t last, next_char, next_pair, needed;
    } lv[18] = {{0}};
    int32_t leaves[18][18] = {{0}};
    max = MIN(max, n - 1);
    for (int l = 1; l <= max; l++) {
        lv[l].last = list[1].freq;
        lv[l].next_char = list[2].freq;
        lv[l].next_pair = l == 1 ? INT32_MAX : list[0].freq + list[1].freq;
        leaves[l][l] = 2;
    }
    lv[max].needed = 2 * n - 4;
    for (int l = max;;) {
        if (lv[l].next_pair == INT32_MAX &&
            lv[l].next_char == INT32_MAX) { /* this level has no more to give */
            lv[l].needed = 0;
            lv[l + 1].next_pair = INT32_MAX;
            l++;
            continue;
        }
        int32_t prev = lv[l].last;
        if (lv[l].next_char < lv[l].next_pair) {
            lv[l].last = lv[l].next_char;
            lv[l].next_char = list[++leaves[l][l]].freq;
        } else {
            lv[l].last = lv[l].next_pair;
            memcpy(leaves[l], leaves[l - 1], sizeof(int32_t) * (size_t)l);
            lv[l - 1].needed = 2;
        }
        if (--lv[l].needed == 0) {
            if (l == max) break;
            lv[l + 1].next_pair = prev + lv[l].last;
            l++;
        } else {
            while (lv[l - 1].needed > 0) l--;
        }
    }
    for (int bits = 1, l = max; l > 0; l--, bits++) counts[bits] = leaves[max][l] - leaves[max][l - 1];
}

static void make_codes(Code *codes, const int32_t *freq, int nfreq, int max) {
    Symbol list[NUM_LITERALS + 1];
    int n = 0, counts[17] = {0};
    for (int i = 0; i < nfreq; i++) {
        if (freq[i]) list[n++] = (Symbol){(uint16_t)i, freq[i]};
        else codes[i].len = 0;
    }
    if (n <= 2) {
        for (int i = 0; i < n; i++) codes[list[i].literal] = (Code){(uint16_t)i, 1};
        return;
    }
    qsort(list, (size_t)n, sizeof *list, by_freq);
    list[n] = (Symbol){UINT16_MAX, INT32_MAX};
    bit_counts(list, n, max, counts);
    uint16_t code = 0;
    for (int bits = 1; bits <= max; bits++) {
        code = (uint16_t)(code << 1);
        if (!counts[bits]) continue;
        Symbol *chunk = list + n - counts[bits];
        qsort(chunk, (size_t)counts[bits], sizeof *chunk, by_literal);
        for (int i = 0; i < counts[bits]; i++, code++)
            codes[chunk[i].literal] = (Code){reverse(code, bits), (uint16_t)bits};
        n -= counts[bits];
    }
}

static int64_t coded_size(const Code *codes, const int32_t *freq, int n) {
    int64_t total = 0;
    for (int i = 0; i < n; i++) total += (int64_t)freq[i] * codes[i].len;
    return total;
}

/* ---- the stream ---- */

typedef struct Token {
    uint16_t length,
        value; /* length 0: the byte `value`; else a match, its length less 3 and its distance less 1 */
    bool is_match;
} Token;

typedef struct Deflater {
    StrBuf *out;
    uint64_t bits;
    int nbits;
    const uint8_t *data;
    Token *tokens;
    int ntokens;
    int64_t block_start; /* -1: it has left the window, and the block can't be stored */
    int32_t literal_freq[NUM_LITERALS], offset_freq[NUM_OFFSETS], length_freq[NUM_LENGTHS];
    Code literals[NUM_LITERALS], offsets[NUM_OFFSETS], lengths[NUM_LENGTHS], fixed_literals[NUM_LITERALS],
        fixed_offsets[NUM_OFFSETS];
    uint8_t run[NUM_LITERALS + NUM_OFFSETS + 1]; /* the codes' lengths, coded, CODE_END behind */
    uint8_t length_code[256], length_extra[29], offset_extra[NUM_OFFSETS];
    uint16_t length_base[29], offset_base[NUM_OFFSETS];
} Deflater;

static void put_bits(Deflater *d, uint32_t v, int n) {
    d->bits |= (uint64_t)v << d->nbits;
    for (d->nbits += n; d->nbits >= 8; d->nbits -= 8) {
        sb_addc(d->out, (char)d->bits);
        d->bits >>= 8;
    }
}

static void put_code(Deflater *d, Code c) { put_bits(d, c.bits, c.len); }

static void byte_align(Deflater *d) {
    if (d->nbits) put_bits(d, 0, 8 - d->nbits);
}

static void tables_init(Deflater *d) {
    for (int c = 0, base = 0; c < 29; c++) {
        d->length_extra[c] = (uint8_t)(c < 8 || c == 28 ? 0 : (c - 4) / 4);
        d->length_base[c] = (uint16_t)(c == 28 ? 255 : base);
        for (int i = 0; i < 1 << d->length_extra[c] && base < 256; i++) d->length_code[base++] = (uint8_t)c;
    }
    d->length_code[255] = 28;
    for (int c = 0, base = 0; c < NUM_OFFSETS; c++) {
        d->offset_extra[c] = (uint8_t)(c < 4 ? 0 : (c - 2) / 2);
        d->offset_base[c] = (uint16_t)base;
        base += 1 << d->offset_extra[c];
    }
    for (int i = 0; i < NUM_LITERALS; i++) {
        int size = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        int bits = i < 144 ? i + 48 : i < 256 ? i + 400 - 144 : i < 280 ? i - 256 : i + 192 - 280;
        d->fixed_literals[i] = (Code){reverse((uint16_t)bits, size), (uint16_t)size};
    }
    for (int i = 0; i < NUM_OFFSETS; i++) d->fixed_offsets[i] = (Code){reverse((uint16_t)i, 5), 5};
}

static int offset_code(const Deflater *d, uint32_t offset) {
    int c = 0;
    while (c + 1 < NUM_OFFSETS && d->offset_base[c + 1] <= offset) c++;
    return c;
}

/* The lengths of all codes as runs: 16 repeats the last, 17 and 18 are zeros. */
static void code_lengths(Deflater *d, int nliterals, int noffsets) {
    uint8_t len[NUM_LITERALS + NUM_OFFSETS + 1];
    int n = nliterals + noffsets, out = 0;
    memset(d->length_freq, 0, sizeof d->length_freq);
    for (int i = 0; i < n; i++)
        len[i] = (uint8_t)(i < nliterals ? d->literals[i].len : d->offsets[i - nliterals].len);
    for (int i = 0; i < n;) {
        uint8_t size = len[i];
        int count = 1;
        while (i + count < n && len[i + count] == size) count++;
        i += count;
        if (size) {
            d->run[out++] = size;
            d->length_freq[size]++;
            for (count--; count >= 3;) {
                int k = MIN(count, 6);
                d->run[out++] = 16;
                d->run[out++] = (uint8_t)(k - 3);
                d->length_freq[16]++;
                count -= k;
            }
        } else {
            while (count >= 11) {
                int k = MIN(count, 138);
                d->run[out++] = 18;
                d->run[out++] = (uint8_t)(k - 11);
                d->length_freq[18]++;
                count -= k;
            }
            if (count >= 3) {
                d->run[out++] = 17;
                d->run[out++] = (uint8_t)(count - 3);
                d->length_freq[17]++;
                count = 0;
            }
        }
        for (; count > 0; count--) {
            d->run[out++] = size;
            d->length_freq[size]++;
        }
    }
    d->run[out] = CODE_END;
    make_codes(d->lengths, d->length_freq, NUM_LENGTHS, 7);
}

static const uint8_t length_order[NUM_LENGTHS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};

static void put_dynamic_header(Deflater *d, int nliterals, int noffsets, int nlengths) {
    put_bits(d, 4, 3);
    put_bits(d, (uint32_t)(nliterals - 257), 5);
    put_bits(d, (uint32_t)(noffsets - 1), 5);
    put_bits(d, (uint32_t)(nlengths - 4), 4);
    for (int i = 0; i < nlengths; i++) put_bits(d, d->lengths[length_order[i]].len, 3);
    for (int i = 0; d->run[i] != CODE_END; i++) {
        int c = d->run[i];
        put_code(d, d->lengths[c]);
        if (c >= 16) put_bits(d, d->run[++i], c == 16 ? 2 : c == 17 ? 3 : 7);
    }
}

static void put_stored_header(Deflater *d, uint32_t len, bool last) {
    put_bits(d, last, 3);
    byte_align(d);
    put_bits(d, len, 16);
    put_bits(d, ~len & 0xFFFF, 16);
}

static void put_block(Deflater *d, int64_t end) {
    memset(d->literal_freq, 0, sizeof d->literal_freq);
    memset(d->offset_freq, 0, sizeof d->offset_freq);
    d->literal_freq[END_OF_BLOCK] = 1;
    for (int i = 0; i < d->ntokens; i++) {
        const Token *t = &d->tokens[i];
        if (t->is_match) {
            d->literal_freq[257 + d->length_code[t->length]]++;
            d->offset_freq[offset_code(d, t->value)]++;
        } else {
            d->literal_freq[t->value]++;
        }
    }
    int nliterals = NUM_LITERALS, noffsets = NUM_OFFSETS, nlengths = NUM_LENGTHS;
    while (!d->literal_freq[nliterals - 1]) nliterals--;
    while (noffsets && !d->offset_freq[noffsets - 1]) noffsets--;
    if (!noffsets) d->offset_freq[0] = noffsets = 1; /* one code at least */
    make_codes(d->literals, d->literal_freq, NUM_LITERALS, 15);
    make_codes(d->offsets, d->offset_freq, NUM_OFFSETS, 15);
    bool storable = d->block_start >= 0 && end - d->block_start <= MAX_STORED;
    int64_t extra = 0, stored = storable ? (end - d->block_start + 5) * 8 : 0;
    for (int c = 8; storable && c < nliterals - 257; c++)
        extra += (int64_t)d->literal_freq[257 + c] * d->length_extra[c];
    for (int c = 4; storable && c < noffsets; c++) extra += (int64_t)d->offset_freq[c] * d->offset_extra[c];
    int64_t size = 3 + coded_size(d->fixed_literals, d->literal_freq, NUM_LITERALS) +
                   coded_size(d->fixed_offsets, d->offset_freq, NUM_OFFSETS) + extra;
    code_lengths(d, nliterals, noffsets);
    while (nlengths > 4 && !d->length_freq[length_order[nlengths - 1]]) nlengths--;
    int64_t dynamic = 3 + 5 + 5 + 4 + 3 * nlengths + coded_size(d->lengths, d->length_freq, NUM_LENGTHS) +
                      d->length_freq[16] * 2 + d->length_freq[17] * 3 + d->length_freq[18] * 7 +
                      coded_size(d->literals, d->literal_freq, NUM_LITERALS) +
                      coded_size(d->offsets, d->offset_freq, NUM_OFFSETS) + extra;
    bool fixed = dynamic >= size;
    if (!fixed) size = dynamic;
    if (storable && stored < size) {
        put_stored_header(d, (uint32_t)(end - d->block_start), false);
        sb_add(d->out, (const char *)d->data + d->block_start, (size_t)(end - d->block_start));
    } else {
        const Code *literals = fixed ? d->fixed_literals : d->literals,
                   *offsets = fixed ? d->fixed_offsets : d->offsets;
        if (fixed) put_bits(d, 2, 3);
        else put_dynamic_header(d, nliterals, noffsets, nlengths);
        for (int i = 0; i < d->ntokens; i++) {
            const Token *t = &d->tokens[i];
            if (!t->is_match) {
                put_code(d, literals[t->value]);
                continue;
            }
            int c = d->length_code[t->length], o = offset_code(d, t->value);
            put_code(d, literals[257 + c]);
            put_bits(d, (uint32_t)(t->length - d->length_base[c]), d->length_extra[c]);
            put_code(d, offsets[o]);
            put_bits(d, (uint32_t)(t->value - d->offset_base[o]), d->offset_extra[o]);
        }
        put_code(d, literals[END_OF_BLOCK]);
    }
    d->ntokens = 0;
    d->block_start = end;
}

/* ---- matches ---- */

typedef struct Matcher {
    Deflater d;
    int64_t base, end; /* the window */
    int64_t index, chain_head;
    bool pending; /* the byte before index is not yet out */
    int length, offset;
    uint32_t *head, *prev; /* places + 1 */
} Matcher;

static uint32_t hash4(const uint8_t *p) {
    uint32_t v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return (v * 0x1e35a7bdu) >> (32 - HASH_BITS);
}

static void insert(Matcher *m, int64_t at) {
    uint32_t *h = &m->head[hash4(m->d.data + at)];
    m->prev[at & (WINDOW - 1)] = *h;
    *h = (uint32_t)at + 1;
}

static void find_match(Matcher *m, int64_t head, int look) {
    const uint8_t *p = m->d.data, *here = p + m->index;
    int nice = MIN(NICE_LENGTH, look), length = MIN_MATCH - 1, tries = MAX_CHAIN;
    int64_t min = m->index - WINDOW;
    for (int64_t i = head; tries > 0; tries--) {
        if (here[length] == p[i + length]) {
            int n = 0;
            while (n < look && p[i + n] == here[n]) n++;
            if (n > length && (n > MIN_MATCH || m->index - i <= 4096)) {
                length = n;
                m->length = n;
                m->offset = (int)(m->index - i);
                if (n >= nice) break;
            }
        }
        if (i == min) break;
        i = (int64_t)m->prev[i & (WINDOW - 1)] - 1;
        if (i < min || i < m->base) break;
    }
}

static void add_token(Matcher *m, Token t, int64_t end) {
    m->d.tokens[m->d.ntokens++] = t;
    if (m->d.ntokens == BLOCK_TOKENS) put_block(&m->d, end);
}

/* Works through the window, up to its end when that is the end of all. */
static void advance(Matcher *m, bool last) {
    Deflater *d = &m->d;
    int64_t insert_end = m->end - (MIN_MATCH - 1);
    for (;;) {
        int64_t look = m->end - m->index;
        if (look < MIN_MATCH + MAX_MATCH) {
            if (!last) return;
            if (look == 0) {
                if (m->pending) d->tokens[d->ntokens++] = (Token){.value = d->data[m->index - 1]};
                m->pending = false;
                if (d->ntokens && m->index > 0) put_block(d, m->index);
                return;
            }
        }
        if (m->index < insert_end) {
            insert(m, m->index);
            m->chain_head = (int64_t)m->prev[m->index & (WINDOW - 1)] - 1;
        }
        int before = m->length, before_offset = m->offset;
        m->length = MIN_MATCH - 1;
        m->offset = 0;
        if (m->chain_head >= MAX(m->base, m->index - WINDOW) && look > before && before < LAZY_LENGTH)
            find_match(m, m->chain_head, (int)MIN(look, MAX_MATCH));
        if (before >= MIN_MATCH && m->length <= before) {
            Token t = {
                .length = (uint16_t)(before - 3), .value = (uint16_t)(before_offset - 1), .is_match = true};
            int64_t next = m->index + before - 1;
            for (int64_t i = m->index + 1; i < next; i++)
                if (i < insert_end) insert(m, i);
            m->index = next;
            m->pending = false;
            m->length = MIN_MATCH - 1;
            add_token(m, t, m->index);
        } else {
            if (m->pending) add_token(m, (Token){.value = d->data[m->index - 1]}, m->index);
            m->index++;
            m->pending = true;
        }
    }
}

static void put_le32(StrBuf *out, uint32_t v) {
    for (int i = 0; i < 4; i++) sb_addc(out, (char)(v >> 8 * i));
}

void gzip_compress(StrBuf *out, const char *data, size_t n) {
    static const char header[10] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, (char)255};
    Matcher *m = xcalloc(1, sizeof *m);
    m->d.out = out;
    m->d.data = (const uint8_t *)data;
    m->d.tokens = xmalloc((BLOCK_TOKENS + 1) * sizeof *m->d.tokens);
    m->head = xcalloc((size_t)1 << HASH_BITS, sizeof *m->head);
    m->prev = xcalloc(WINDOW, sizeof *m->prev);
    m->length = MIN_MATCH - 1;
    m->chain_head = -2;
    tables_init(&m->d);
    sb_add(out, header, sizeof header);
    m->end = (int64_t)MIN(n, (size_t)2 * WINDOW);
    while (m->end < (int64_t)n) {
        advance(m, false);
        m->base += WINDOW;
        m->end = MIN((int64_t)n, m->end + WINDOW);
        if (m->d.block_start < m->base) m->d.block_start = -1;
    }
    advance(m, true);
    put_stored_header(&m->d, 0, true);
    byte_align(&m->d);
    put_le32(out, (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const Bytef *)data, n));
    put_le32(out, (uint32_t)n);
    free_heap(m->d.tokens);
    free_heap(m->head);
    free_heap(m->prev);
    free_heap(m);
}
