/* cache: results kept between runs, under the user's cache directory, addressed by what they were made from.
 *
 * An entry is a file named by a 128-bit key, the hash (XXH3) of everything that its content follows from, as
 * far as that is known before the work is done. It is written under a temporary name and renamed, so a reader
 * finds all of it or nothing. It begins with the key and the hash of its content, and both are checked before
 * a byte is believed: a damaged, short or foreign file is as good as none.
 *
 * What is known only after the work (which files were read) goes into the content as stamps: the path, size
 * and times of each file and the hash of its content. An entry is valid while every stamp is; a file with
 * another time but the same content is the same file.
 *
 * The directory is $GOESC_CACHE if set ("off": no cache), else $XDG_CACHE_HOME/goesc, else ~/.cache/goesc. It
 * and each entry must belong to the user, and nobody else may write them: else they are neither read nor
 * written, and stderr says so once. */
#ifndef GOESC_CACHE_H
#define GOESC_CACHE_H
#include "base/base.h"

typedef struct CacheKey {
    uint64_t lo, hi;
} CacheKey;
CacheKey cache_hash(const void *p, size_t n);

/* The content stored under key, in a, with a NUL behind it; false: there is none. */
bool cache_load(Arena *a, CacheKey key, Str *content);
/* Best effort: a cache that cannot be written is no error. */
void cache_store(CacheKey key, Str content);

/* ---- stamps ---- */

/* Appends the stamp of a file, or of a directory (the names in it). text: its content if the caller has it,
 * else p NULL. */
void stamp_add(StrBuf *sb, const char *path, Str text);
/* Reads the stamps from the front of *in (as many as stamp_add wrote, then stamp_end) and checks them. False:
 * one does not hold, or they are not well formed. */
void stamp_end(StrBuf *sb);
bool stamps_hold(Str *in);

#endif
