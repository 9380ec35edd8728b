/* html: the joined report as one page that needs nothing else, no network and no other file: a flame graph
 * coloured by the reason of escape, the table of sites, the stories. */
#ifndef GOESC_REPORT_HTML_H
#define GOESC_REPORT_HTML_H
#include "join/join.h"

void join_html(Join *j, StrBuf *out);

#endif
