/* mlog.c: the text of -m, line by line. See mlog.h. */
#include "report/mlog.h"

void mlog_init(MLog *log, int level) { *log = (MLog){.text = STRBUF_INIT, .level = level}; }

void mlog_release(MLog *log) { sb_release(&log->text); }

StrBuf *mlog_begin(MLog *log, Pos pos) {
    if (pos != NO_POS) {
        pos_format(&log->text, pos);
        sb_add(&log->text, ": ", 2);
    }
    return &log->text;
}

void mlog_end(MLog *log) { sb_addc(&log->text, '\n'); }

void mlog_at(MLog *log, Pos pos, const char *fmt, ...) {
    StrBuf *sb = mlog_begin(log, pos);
    char small[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        sb_add(sb, small, (size_t)n);
    } else if (n >= 0) {
        char *big = xmalloc((size_t)n + 1);
        va_start(ap, fmt);
        vsnprintf(big, (size_t)n + 1, fmt, ap);
        va_end(ap);
        sb_add(sb, big, (size_t)n);
        free_heap(big);
    }
    mlog_end(log);
}

void mlog_mute(MLog *log) {
    log->saved = log->level;
    log->level = 0;
}

void mlog_unmute(MLog *log) { log->level = log->saved; }
