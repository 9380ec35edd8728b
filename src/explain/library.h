/* library: the packages of a run, explained when somebody asks.
 *
 * What needs explanations of packages that it learns of by and by takes them from here, and sees nothing of
 * the session, the syntax or the IR behind them. Explaining a package takes a while; a function of any of
 * them is found at once. */
#ifndef GOESC_LIBRARY_H
#define GOESC_LIBRARY_H
#include "explain/explain.h"

typedef struct ExEntry { /* a package */
    const char *path, *dir;
    bool user;      /* the user's own: named, of the main module or the command line */
    bool has_files; /* it is more than a name, such as unsafe */
    bool tried;
    LoadedPkg *pkg;
    ExPackage *whole; /* library_explain's; NULL: not asked for, or it could not be analysed */
    ExPackage *names; /* its functions, without what is in them; NULL: not indexed */
    ExPackage *code;  /* its functions; NULL: not asked for */
} ExEntry;

typedef struct ExFound { /* a function, in the package in whose compilation it was made */
    ExEntry *entry;
    const ExCode *code; /* its name and where it begins; the rest: library_code */
} ExFound;

typedef struct ExLibrary {
    Arena arena;
    Session *session;
    const char *cwd, *goroot;
    VEC(ExEntry *) entries;
    Map by_pkg; /* LoadedPkg → ExEntry */
    Map funcs;  /* hash of a function's name → ExFound */
    bool indexed;
} ExLibrary;

/* The session has been run with want_facts; it stays the caller's and outlives l. */
void library_init(ExLibrary *l, Session *s);
void library_release(ExLibrary *l);
/* The package with that import path; "main": the first program that was asked for. NULL: there is none. */
ExEntry *library_find(ExLibrary *l, const char *path);
/* Its explanations, which l owns; NULL: it could not be analysed. */
const ExPackage *library_explain(ExLibrary *l, ExEntry *e);
/* The function of that name (with its type arguments, without the escapes of symbols), or NULL. Instances of
 * generic functions are compiled into every package that uses them; they are alike, and the first one found
 * serves. */
const ExFound *library_func(ExLibrary *l, const char *name);
/* All about the function: its lines and calls are in *in. */
const ExCode *library_code(const ExFound *f, const ExPackage **in);

#endif
