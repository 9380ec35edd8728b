/* Errors of the system in the words that Go's syscall package has for them: they stand in messages that must
 * be the go command's. */
#include "base/base.h"
#include <errno.h>

/* The C library's words, in English whatever the locale is; any thread may ask. */
#ifdef __GLIBC__
static const char *description(int e) { return strerrordesc_np(e); }
#else
static const char *description(int e) { return strerror(e); } /* musl's is constant text */
#endif

const char *errno_text(int e) {
    switch (e) {
    case ENOENT: return "no such file or directory";
    case EACCES: return "permission denied";
    case ENOTDIR: return "not a directory";
    case EISDIR: return "is a directory";
    case ELOOP: return "too many levels of symbolic links";
    case EMFILE: return "too many open files";
    case EIO: return "input/output error";
    case ENAMETOOLONG: return "file name too long";
    case EFBIG: return "file too large";
    case EINVAL: return "invalid argument";
    case ENOSPC: return "no space left on device";
    case EROFS: return "read-only file system";
    default: return description(e) ? description(e) : "unknown error";
    }
}
