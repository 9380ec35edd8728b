/* What goesc top and goesc test share: from a profile on disk to the joined report. */
#ifndef GOESC_CMD_JOINED_H
#define GOESC_CMD_JOINED_H
#include "cmd/cmd.h"

typedef struct BenchLine {  /* of go test's output */
    const char *pkg, *text; /* pkg: import path, or NULL */
} BenchLine;

typedef struct JoinedFlags {
    StrVec profiles;              /* memory profiles, to be added up */
    const char *title;            /* what the report calls the profile; NULL: its name */
    const char *html, *json_file; /* files to write, or NULL; "-": stdout */
    const char *binary;           /* the program that made the profile, or NULL */
    const char *source_path;      /* where else files may be that are shown, or NULL */
    double ops;                   /* -n */
    int64_t benchtime;            /* -benchtime Nx, else 0 */
    uint32_t rows;                /* 0: those that matter */
    bool json, objects, inuse;
    bool is_test;    /* tests wrote the profiles, whatever they look like */
    bool to_stderr;  /* the report goes there */
    const char *dir; /* the package's directory, when no package is named; or NULL */
    VEC(BenchLine) bench_lines;
} JoinedFlags;

/* Takes our own flags out of argv, wherever they stand, and moves what is left so that flags come before
 * packages. A negative number: the error was printed. */
int joined_own_flags(Arena *a, const char *verb, int argc, char **argv, bool of_test, JoinedFlags *f);

/* The import path of the package whose tests wrote the profile, or NULL. */
const char *joined_tested(Arena *a, const char *profile);

/* That of the package in a directory, or NULL; lives in c's arena. */
const char *joined_package(CmdLine *c, const char *dir);

/* Analyses and reports. The exit status. */
int joined_report(const char *verb, CmdLine *c, JoinedFlags *f);

#endif
