/* flow: why a value flows from one place to another, as a number with the compiler's words for it. */
#ifndef GOESC_FLOW_H
#define GOESC_FLOW_H

typedef enum FlowId {
#define F(id, text) FLOW_##id,
#include "escape/flows.def"
#undef F
    NFLOWS
} FlowId;

extern const char *const flow_text[]; /* by FlowId: what -m=2 prints */

#endif
