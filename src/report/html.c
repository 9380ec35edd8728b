#include "report/html.h"

static const char *const page[] = {
#define L(text) text "\n",
#include "report/page.def"
#undef L
};

void join_html(Join *j, StrBuf *out) {
    for (size_t i = 0; i < COUNT_OF(page); i++) {
        if (!strcmp(page[i], "@DATA@\n")) join_json(j, true, out);
        else sb_adds(out, page[i]);
    }
}
