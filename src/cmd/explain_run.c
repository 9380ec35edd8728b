/* explain_run.c: explanations on demand.
 *
 * The key of an entry is everything that decides what would be loaded, as far as it is known without loading:
 * the environment, the flags, the directory and the name. The files that were read then are stamps in the
 * entry. */
#include "cmd/explain_run.h"
#include "base/limits.h"
#include "base/spawn.h"
#include "explain/store.h"
#include "load/env.h"
#include "load/load_int.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

static void add_text(StrBuf *sb, const char *s) { sb_add(sb, s ? s : "", s ? strlen(s) + 1 : 1); }

/* What decides about packages with C, besides their files: the compiler and what it is told. Headers of the system are taken
 * to stay as they are. */
static void add_cgo(StrBuf *sb) {
    static const char *const vars[] = {"CC",
                                       "CGO_CFLAGS",
                                       "CGO_CPPFLAGS",
                                       "CGO_LDFLAGS",
                                       "CGO_CFLAGS_ALLOW",
                                       "CGO_CFLAGS_DISALLOW",
                                       "CGO_CPPFLAGS_ALLOW",
                                       "CGO_CPPFLAGS_DISALLOW",
                                       "CGO_CXXFLAGS_ALLOW",
                                       "CGO_CXXFLAGS_DISALLOW",
                                       "CGO_FFLAGS_ALLOW",
                                       "CGO_FFLAGS_DISALLOW",
                                       "CGO_LDFLAGS_ALLOW",
                                       "CGO_LDFLAGS_DISALLOW",
                                       "PKG_CONFIG",
                                       "PKG_CONFIG_PATH",
                                       "PKG_CONFIG_LIBDIR",
                                       "CPATH",
                                       "C_INCLUDE_PATH"};
    Arena a;
    arena_init(&a);
    const char *why, *cc = env_get(&a, "CC");
    add_text(sb, spawn_find(&a, *cc ? cc : "gcc", &why));
    for (size_t i = 0; i < COUNT_OF(vars); i++) add_text(sb, env_get(&a, vars[i]));
    arena_release(&a);
}

static CacheKey key_of(const Session *s, const char *pattern) {
    StrBuf sb = STRBUF_INIT;
    const BuildEnv *e = &s->env;
    const BuildFlags *f = &s->flags;
    add_text(&sb, "explain 1 " GOESC_VERSION);
    struct stat st; /* another goesc may explain otherwise */
    if (stat("/proc/self/exe", &st) == 0) {
        sb_add(&sb, (const char *)&st.st_mtim, sizeof st.st_mtim);
        sb_add(&sb, (const char *)&st.st_size, sizeof st.st_size);
    }
    const char *texts[] = {e->cwd,     e->goroot,       e->gopath,    e->gomodcache, e->goos,  e->goarch,
                           e->goamd64, e->goexperiment, e->goflags,   e->gowork,     e->gomod, e->goversion,
                           f->mod,     f->modfile,      f->buildmode, f->tested,     pattern};
    for (size_t i = 0; i < COUNT_OF(texts); i++) add_text(&sb, texts[i]);
    for (uint32_t i = 0; i < e->tags.n; i++) add_text(&sb, e->tags.v[i]);
    add_text(&sb, "");
    for (uint32_t i = 0; i < e->tool_tags.n; i++)
        add_text(&sb, e->tool_tags.v[i]); /* GO386, GOARM and their like */
    add_text(&sb, "");
    if (e->cgo_enabled) add_cgo(&sb);
    for (uint32_t i = 0; i < f->gcflags.n; i++) add_text(&sb, f->gcflags.v[i]);
    const char bits[] = {(char)e->cgo_enabled, (char)f->race,     (char)f->msan,
                         (char)f->asan,        (char)f->trimpath, (char)(e->go_command != NULL)};
    sb_add(&sb, bits, sizeof bits);
    CacheKey k = cache_hash(sb.buf, sb.n);
    sb_release(&sb);
    return k;
}

static ExPackage *from_cache(CacheKey key) {
    Arena a;
    arena_init(&a);
    Str content;
    ExPackage *x = NULL;
    if (cache_load(&a, key, &content) && stamps_hold(&content)) x = explain_restore(content);
    arena_release(&a);
    return x;
}

static void to_cache(CacheKey key, const Str *stamps, const ExPackage *x) {
    StrBuf sb = STRBUF_INIT;
    sb_add(&sb, stamps->p, stamps->n);
    explain_save(x, &sb);
    cache_store(key, (Str){sb.buf, sb.n});
    sb_release(&sb);
}

typedef struct Stamping {
    const Session *s;
    StrBuf stamps;
} Stamping;

static void *stamping_main(void *arg) {
    Stamping *st = arg;
    limits_enter_thread();
    explain_stamps(st->s, &st->stamps);
    limits_leave_thread();
    return NULL;
}

/* explain_build, and kept for the next time. What was read is stamped meanwhile, which takes a while, too. */
static ExPackage *build_and_keep(Session *s, LoadedPkg *p, CacheKey key) {
    Stamping st = {.s = s, .stamps = STRBUF_INIT};
    pthread_t thread;
    bool apart = pthread_create(&thread, NULL, stamping_main, &st) == 0;
    ExPackage *x = explain_build(s, p);
    if (apart) pthread_join(thread, NULL);
    else explain_stamps(st.s, &st.stamps);
    if (x) to_cache(key, &(Str){st.stamps.buf, st.stamps.n}, x);
    sb_release(&st.stamps);
    return x;
}

static bool reads(const LoadedPkg *p, const char *file) {
    for (uint32_t i = 0; i < p->nfiles; i++)
        if (!strcmp(p->files[i].path, file)) return true;
    return false;
}

/* file: which of several roots is meant, or NULL. */
static ExPackage *get(const BuildFlags *flags, const char *pattern, const char *file, bool quiet,
                      int *status) {
    Session s;
    ExPackage *x = NULL;
    *status = 1;
    if (!session_init(&s, flags)) {
        if (!quiet) fputs(sb_str(&s.err), stderr);
        session_release(&s);
        return NULL;
    }
    CacheKey key = key_of(&s, file ? file : pattern);
    x = from_cache(key);
    if (x) {
        *status = 0;
        session_release(&s);
        return x;
    }
    s.want_facts = true;
    if (!load_packages(&s, &pattern, 1, false) || !s.nroots) {
        if (!quiet) fputs(sb_str(&s.err), stderr);
        session_release(&s);
        return NULL;
    }
    LoadedPkg *p = s.roots[0];
    for (uint32_t i = 0; file && i < s.nroots; i++)
        if (reads(s.roots[i], file)) p = s.roots[i];
    for (uint32_t i = 0; i < s.npkgs; i++) s.pkgs[i]->flags.m = 0;
    int st = driver_run(&s, stderr);
    if (!p->failed && (x = build_and_keep(&s, p, key))) {
        *status = 0;
    } else if (st > 1) {
        *status = st;
    }
    driver_release(&s);
    session_release(&s);
    return x;
}

ExPackage *explain_get(const BuildFlags *flags, const char *pattern, bool quiet, int *status) {
    return get(flags, pattern, NULL, quiet, status);
}

ExPackage *explain_get_test(const BuildFlags *flags, const char *file, int *status) {
    Session s;
    const char *dot = ".";
    ExPackage *x = NULL;
    *status = 1;
    if (session_init(&s, flags) && load_packages(&s, &dot, 1, true) && s.nroots) {
        BuildFlags f = *flags;
        f.tested = s.roots[0]->import_path;
        x = get(&f, f.tested, file, false, status);
    } else {
        fputs(sb_str(&s.err), stderr);
    }
    session_release(&s);
    return x;
}
