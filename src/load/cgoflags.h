/* What C flags a package may ask for.
 *
 * The files of a package name flags in #cgo lines, and pkg-config answers with more. Some flags make a
 * compiler run code of the package's choice (-fplugin, -B, -wrapper, files of flags), so reading a package
 * would run it. The go command therefore lets only flags pass that it knows to be harmless, and so do we, by
 * the same rules and in the same words. Flags of the user's own environment ($CGO_CFLAGS) are not looked at.
 */
#ifndef GOESC_CGOFLAGS_H
#define GOESC_CGOFLAGS_H
#include "load/load.h"

typedef enum CgoList { CGO_COMPILER = 1, CGO_LINKER = 2, CGO_PKG_CONFIG = 4 } CgoList;

/* Checks flags from a package. name: the variables CGO_name_ALLOW and CGO_name_DISALLOW, if they are set,
 * hold regular expressions of flags that are let pass or refused first; NULL: there are none. source: where
 * the flags come from, for the message. NULL, or what is wrong, in a. */
const char *cgo_check_flags(Arena *a, CgoList list, const char *name, const char *source,
                            const StrVec *flags);
/* Whether a word may stand on a command line as something that is no flag. */
bool cgo_safe_argument(const char *word);
/* Splits what pkg-config wrote, with the quoting of a shell; a word of a shell's program is an error. NULL,
 * or the error's text. */
const char *cgo_split_output(Arena *a, Str text, StrVec *out);
/* The flags that the //go:cgo_ldflag lines of a file ask for, added to flags. */
void cgo_ldflags_of(Arena *a, Str source, StrVec *flags);

#endif
