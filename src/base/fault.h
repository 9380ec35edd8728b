/* The barrier between one request and our own mistakes: BUG() in a pass unwinds to the innermost barrier of
 * its thread, where the caller reports it and goes on with other requests. Memory of the request is freed by
 * releasing its arenas. Without a barrier a fault prints and aborts. */
#ifndef GOESC_FAULT_H
#define GOESC_FAULT_H
#include "base/base.h"
#include <setjmp.h>

typedef struct Fault {
    jmp_buf env;
    struct Fault *outer;
    char msg[512]; /* what went wrong, once unwound */
} Fault;

/* Usage: Fault f; FAULT_ENTER(&f); if (setjmp(f.env) == 0) { work } else { report f.msg } fault_leave(&f); */
void fault_enter(Fault *f);
#define FAULT_ENTER(f) fault_enter(f)
void fault_leave(Fault *f);

#endif
