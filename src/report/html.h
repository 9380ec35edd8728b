/* html: the joined report as one page that needs nothing else: a flame graph coloured by the reason, the table, the
 * stories. The page is page.def; the data is the report's JSON inside it. */
#ifndef GOESC_REPORT_HTML_H
#define GOESC_REPORT_HTML_H
#include "join/join.h"

void join_html(Join *j, StrBuf *out);

#endif
