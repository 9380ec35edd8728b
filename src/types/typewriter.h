/* The state of writing one type: for callers that need other than the usual form. */
#ifndef GOESC_TYPEWRITER_H
#define GOESC_TYPEWRITER_H
#include "types/types.h"

typedef struct TypeWriterFrame {
    Type *t;
    const struct TypeWriterFrame *outer;
} TypeWriterFrame;
typedef struct TypeWriter {
    StrBuf *sb;
    const Qualifier *qf;
    const TypeWriterFrame *inside;
    bool no_param_names;
    bool pkg_info; /* say of which package the first unexported field is */
} TypeWriter;
void typewriter_signature(TypeWriter *w, Signature *sig);

#endif
