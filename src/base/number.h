/* Numbers as Go's strconv reads and writes them. What strconv refuses is refused here, with the same
 * error. */
#ifndef GOESC_NUMBER_H
#define GOESC_NUMBER_H
#include "base/base.h"

typedef enum NumberError { NUMBER_OK, NUMBER_SYNTAX, NUMBER_RANGE } NumberError;

/* strconv.ParseInt. base: 10, or 0 for Go's prefixes and underscores; bits: 32 or 64. */
NumberError number_int(const char *s, int base, int bits, int64_t *v);
/* strconv.ParseFloat, of 64 bits. */
NumberError number_float(const char *s, double *v);
/* As %g and the shortest text that reads back to the same number. */
void number_format(StrBuf *sb, double d);

#endif
