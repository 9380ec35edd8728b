/* json: the one writer of JSON.
 *
 * Values follow each other as they stand in the text; commas, line breaks and escapes are the writer's. Any
 * bytes make valid JSON: what is no UTF-8 becomes U+FFFD, and <, > and & are escaped, so that the text can
 * stand in a page. There are two forms: JSON_OURS  no white space but where json_line asks for it; what a
 * terminal would obey or not show is escaped too (base/term.h), since reports are looked at with cat and less
 *   JSON_GO    indented with tabs and escaped as Go's encoding/json does, for output that equals the go
 * command's */
#ifndef GOESC_JSON_H
#define GOESC_JSON_H
#include "base/base.h"

typedef enum JsonForm { JSON_OURS, JSON_GO } JsonForm;

typedef struct Json {
    StrBuf *out; /* not owned */
    JsonForm form;
    uint32_t depth; /* objects and arrays that are open */
    bool first;     /* nothing stands in the innermost yet */
    bool keyed;     /* a key waits for its value */
    bool line;      /* what comes next begins a line */
} Json;

Json json_begin(StrBuf *out, JsonForm form); /* nothing to release */
void json_open(Json *j, char bracket);       /* '{' or '[' */
void json_close(Json *j, char bracket);      /* '}' or ']' */
void json_key(Json *j, const char *name);    /* of the value that follows; needs no escapes */
void json_line(Json *j);                     /* the next value or key begins a line */

void json_str(Json *j, const char *s);
void json_text(Json *j, Str s);
void json_int(Json *j, int64_t v);
void json_double(Json *j, double v); /* six digits; 0 for what is no number */
void json_bool(Json *j, bool v);

/* A key with its value. */
void json_key_str(Json *j, const char *name, const char *v);
void json_key_int(Json *j, const char *name, int64_t v);
void json_key_double(Json *j, const char *name, double v);
void json_key_bool(Json *j, const char *name, bool v);
void json_key_open(Json *j, const char *name, char bracket);

#endif
