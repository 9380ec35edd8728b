/* store.h: explanations as bytes, for the cache. */
#ifndef GOESC_EXPLAIN_STORE_H
#define GOESC_EXPLAIN_STORE_H
#include "cache/cache.h"
#include "explain/explain.h"
#include "syntax/ast.h"

void explain_save(const ExPackage *x, StrBuf *out);
/* NULL: the bytes are not an ExPackage of this version. */
ExPackage *explain_restore(Str in);
/* The stamps of every file and directory that the session's packages were made from. */
void explain_stamps(const Session *s, StrBuf *sb);

#endif
