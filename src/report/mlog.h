/* mlog: the sink for what -m prints about one package.
 *
 * The compiler prints each optimisation remark the moment it is found, so the order of the lines is the order
 * of the passes; nothing is sorted and nothing de-duplicated. A log is therefore one growing text of lines
 * "pos: message\n", file names as the position's base has them (absolute for the go command, which shortens
 * them when it shows the text). `level` is the number given with -m: 0 keeps a pass silent, and a pass asks
 * `mlog_on` before it formats.
 *
 * A line is written in place: mlog_begin hands out the buffer after the position, the caller adds the message
 * (node printers append to a StrBuf too), mlog_end closes the line. mlog_at is the short form. A log belongs
 * to one package and is used by one thread at a time. */
#ifndef GOESC_MLOG_H
#define GOESC_MLOG_H
#include "base/pos.h"

typedef struct MLog {
    StrBuf text;
    int level; /* -m: 1, -m -m or -m=2: 2, ... */
    int saved; /* level put aside by mlog_mute */
} MLog;

static inline bool mlog_on(const MLog *log, int level) { return log && log->level >= level; }

void mlog_init(MLog *log, int level);
void mlog_release(MLog *log);

/* "file:line:col: " when the position is known, nothing otherwise; returns the buffer to append the message
 * to. */
StrBuf *mlog_begin(MLog *log, Pos pos);
void mlog_end(MLog *log);
PRINTF_LIKE(3, 4) void mlog_at(MLog *log, Pos pos, const char *fmt, ...);

/* A stretch of work that must not print, as when an imported body is read during inlining. Does not nest. */
void mlog_mute(MLog *log);
void mlog_unmute(MLog *log);

#endif
