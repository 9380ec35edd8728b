/* The little Unicode that Go's grammar needs (spec, "Letters and digits"): UTF-8, three character classes. */
#ifndef GOESC_UNICODE_H
#define GOESC_UNICODE_H
#include "base/base.h"

enum { RUNE_ERROR = 0xFFFD, RUNE_MAX = 0x10FFFF };

/* Decodes the rune at p (n > 0 bytes) into *rune and returns its length; an invalid encoding gives RUNE_ERROR
 * and 1. */
int utf8_decode(const char *p, size_t n, uint32_t *rune);
int utf8_encode(char out[4],
                uint32_t rune); /* surrogates and values out of range become RUNE_ERROR; returns length */
bool unicode_is_upper(uint32_t rune);  /* category Lu */
bool unicode_is_letter(uint32_t rune); /* categories L* */
bool unicode_is_digit(uint32_t rune);  /* category Nd */
bool unicode_is_space(uint32_t rune);  /* White_Space, as unicode.IsSpace */
bool unicode_is_print(uint32_t rune);  /* as strconv.IsPrint: for quoting in messages */

/* s without white space at its ends, as strings.TrimSpace. */
Str unicode_trim(Str s);
/* The length of the white space character that s begins with, or 0. */
size_t unicode_space(Str s);

/* Appends s quoted as Go's %q (or strconv.Quote) does. */
void sb_add_quoted(StrBuf *sb, const char *p, size_t n);
void sb_add_quoted_rune(StrBuf *sb, uint32_t rune); /* as %q of a rune: 'x' */
void sb_add_unicode(StrBuf *sb, uint32_t rune);     /* as %#U: U+0078 'x' */
void sb_add_rune(StrBuf *sb, uint32_t rune);

#endif
