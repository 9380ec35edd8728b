/* What goesc top and goesc test share: from a profile on disk to the joined report. */
#ifndef GOESC_CMD_JOINED_H
#define GOESC_CMD_JOINED_H
#include "cmd/cmd.h"

typedef struct JoinedFlags {
    const char *profile;          /* the memory profile */
    const char *title;            /* what the report calls the profile; NULL: its name */
    const char *html, *json_file; /* files to write, or NULL; "-": stdout */
    const char *binary;           /* the program that made the profile, or NULL */
    double ops;                   /* -n */
    uint32_t rows;                /* 0: those that matter */
    bool json, objects, inuse;
    StrVec bench_lines; /* benchmarks in the output of go test */
} JoinedFlags;

/* Takes our own flags out of argv, wherever they stand, and moves what is left so that flags come before
 * packages. A negative number: the error was printed. */
int joined_own_flags(Arena *a, const char *verb, int argc, char **argv, bool of_test, JoinedFlags *f);

/* Analyses and reports. The exit status. */
int joined_report(const char *verb, CmdLine *c, JoinedFlags *f);

#endif
