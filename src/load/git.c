/* git.c: see git.h.
 *
 * How git is kept from starting programs. The commands themselves need none. Their configuration is overruled
 * for what could name one (hooks, the file system monitor, credential helpers, ssh, pagers). No protocol is
 * allowed, and objects that a partial clone lacks are not fetched. Last, $PATH and git's own folder of
 * commands lead nowhere: git finds neither itself nor a shell by name. Of the user's environment the
 * variables that say where the repository is ($GIT_DIR and its like) stay as they are: they are set when
 * goesc is run from a hook of the user's, and they are the user's to set.
 *
 * How a tree is kept inside its folder. Each name of the listing is checked: no "..", no ".git", no empty
 * element. No symbolic link is followed on the way to where an entry is written, so that each stands as deep as
 * its name says. Regular files are written first, each created anew. Symbolic links come last, and only those
 * whose target stays inside whatever the other links are: some "..", no more than the link is deep, and behind
 * them names only. */
#include "load/git.h"
#include "base/fault.h"
#include "base/spawn.h"
#include "base/unicode.h"
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_MAX = 512, LINK_MAX_BYTES = 4096, NOTES_MAX = 20 };
#define LIST_MAX ((size_t)1 << 30) /* of the names in a tree */
#define FILE_MAX_BYTES ((uint64_t)100 << 20)
#define TREE_MAX_BYTES ((uint64_t)2 << 30)

/* ---- running git ---- */

static const char *const settings[] = {
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.pager=",
    "core.editor=",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.alternateRefsCommand=",
    "core.attributesFile=/dev/null",
    "credential.helper=",
    "diff.external=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
};
static const char *const variables[] = {
    "PATH=/dev/null",
    "GIT_EXEC_PATH=/dev/null",
    "GIT_ALLOW_PROTOCOL=",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_ASKPASS=",
    "SSH_ASKPASS=",
    "GIT_SSH=false",
    "GIT_SSH_COMMAND=false",
    "GIT_PAGER=",
    "PAGER=",
    "GIT_EDITOR=false",
    "GIT_EXTERNAL_DIFF=",
    "GIT_ATTR_NOSYSTEM=1",
    "LC_ALL=C",
};

typedef struct Run {
    Guard guard; /* first; up from start to finish */
    pid_t pid;
    FILE *out;
    int err; /* what it says: a file without a name */
} Run;

/* A fault unwinds past it: nobody reads what git writes. */
static void end_run(Guard *g) {
    Run *r = (Run *)g;
    if (r->pid > 0) kill(-r->pid, SIGKILL);
    if (r->out) fclose(r->out);
    if (r->pid > 0) spawn_wait(r->pid);
    close(r->err);
}

static bool start(const Git *g, const char *const *words, uint32_t n, int in, Run *r, const char **err) {
    StrVec args = {0}, env = {0};
    vec_push(g->a, &args, "git");
    vec_push(g->a, &args, "--no-pager");
    vec_push(g->a, &args, "--no-replace-objects");
    vec_push(g->a, &args, "--no-optional-locks");
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        vec_push(g->a, &args, "-c");
        vec_push(g->a, &args, settings[i]);
    }
    for (uint32_t i = 0; i < n; i++) vec_push(g->a, &args, words[i]);
    for (size_t i = 0; i < COUNT_OF(variables); i++) vec_push(g->a, &env, variables[i]);
    int fds[2];
    *r = (Run){.pid = -1, .err = memfd_create("git", MFD_CLOEXEC)};
    if (r->err < 0 || pipe2(fds, O_CLOEXEC) != 0) {
        *err = arena_printf(g->a, "git: %s", errno_text(errno));
        if (r->err >= 0) close(r->err);
        return false;
    }
    Spawn s = {.program = PROGRAM_GIT,
               .path = g->program,
               .args = &args,
               .dir = g->dir,
               .env = &env,
               .in = in,
               .out = fds[1],
               .err = r->err};
    r->pid = spawn_start(&s);
    int e = errno;
    close(fds[1]);
    r->out = r->pid > 0 ? fdopen(fds[0], "r") : NULL;
    if (r->out) {
        guard_up(&r->guard, end_run);
        return true;
    }
    *err = arena_printf(g->a, "%s: %s", g->program, errno_text(e));
    close(fds[0]);
    close(r->err);
    if (r->pid > 0) spawn_wait(r->pid);
    return false;
}

/* Whether it went well. Else *err, unless that is set already, is what git said. */
static bool finish(const Git *g, Run *r, const char **err) {
    fclose(r->out); /* it may not be at its end */
    r->out = NULL;
    int status = spawn_wait(r->pid);
    r->pid = -1;
    StrBuf said = STRBUF_INIT;
    char buf[4096];
    ssize_t k;
    for (off_t at = 0; said.n < 1 << 16 && (k = pread(r->err, buf, sizeof buf, at)) > 0; at += k)
        sb_add(&said, buf, (size_t)k);
    guard_down(&r->guard);
    close(r->err);
    while (said.n && said.buf[said.n - 1] == '\n') said.n--;
    if (status != 0 && !*err)
        *err = said.n ? arena_printf(g->a, "git: %.*s", (int)said.n, said.buf)
                      : arena_printf(g->a, "git ended with status %d", status);
    sb_release(&said);
    return !*err;
}

/* All that a command writes, without its last line end. */
static bool output(const Git *g, const char *const *words, uint32_t n, Str *out, const char **err) {
    Run r;
    *err = NULL;
    if (!start(g, words, n, -1, &r, err)) return false;
    StrBuf sb = STRBUF_INIT;
    char buf[1 << 14];
    size_t k;
    while ((k = fread(buf, 1, sizeof buf, r.out)) > 0 && sb.n <= LIST_MAX) sb_add(&sb, buf, k);
    if (sb.n > LIST_MAX) *err = "the tree has too many files";
    if (sb.n && sb.buf[sb.n - 1] == '\n') sb.n--;
    size_t len = sb.n;
    *out = (Str){sb_arena(&sb, g->a), len};
    return finish(g, &r, err);
}

bool git_open(Git *g, Arena *a, const char *dir, const char **err) {
    *g = (Git){.a = a, .dir = dir};
    g->program = spawn_find(a, "git", err);
    if (!g->program) return false;
    Str prefix;
    if (!output(g, (const char *[]){"rev-parse", "--show-prefix"}, 2, &prefix, err)) return false;
    g->prefix = prefix.p;
    return true;
}

static bool is_id(Str s) {
    if (s.n != 40 && s.n != 64) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdef", s.p[i])) return false;
    return true;
}

bool git_commit(const Git *g, const char *rev, const char **id, const char **err) {
    *err = NULL;
    if (!*rev || *rev == '-') *err = "not a revision";
    if (*err) return false;
    const char *word = arena_printf(g->a, "%s^{commit}", rev);
    Str out;
    if (!output(g, (const char *[]){"rev-parse", "--verify", "--end-of-options", word}, 4, &out, err))
        return false;
    if (!is_id(out)) *err = "git names no commit";
    *id = out.p;
    return !*err;
}

/* ---- what is in a tree ---- */

typedef enum Want { WANT_NOT, WANT_NAME, WANT_TEXT } Want;

typedef struct Entry {
    const char *path, *id;
    bool link;
    Want want;
} Entry;

typedef struct Tree {
    const Git *g;
    int top; /* directory that it is written to */
    VEC(Entry) entries;
    Map cgo, embeds; /* directories (interned, "" the top) with files that import "C", or embed */
    StrBuf *notes;
    uint32_t nnotes;
    uint64_t bytes;
    const char *err;
} Tree;

static void left_out(Tree *t, const char *path, const char *why) {
    if (t->nnotes++ > NOTES_MAX) return;
    if (t->nnotes > NOTES_MAX) {
        sb_adds(t->notes, "more is left out\n");
        return;
    }
    sb_add_quoted(t->notes, path, strlen(path));
    sb_printf(t->notes, " is left out: %s\n", why);
}

/* A path as git itself would write it: names between slashes. */
static bool path_ok(const char *p) {
    if (strlen(p) >= 3500) return false; /* with what stands before it, a path */
    for (;;) {
        size_t n = strcspn(p, "/");
        if (n == 0 || n > 255 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return false;
        if (n == 4 && strncasecmp(p, ".git", 4) == 0) return false;
        if (!p[n]) return true;
        p += n + 1;
    }
}

static Want want_of(const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    static const char *const names[] = {"go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt"};
    static const char *const ends[] = {".go",  ".c",   ".cc",  ".cpp", ".cxx", ".m",  ".h",
                                       ".hh",  ".hpp", ".hxx", ".inc", ".f",   ".F",  ".for",
                                       ".f90", ".s",   ".S",   ".sx",  ".def", ".mod"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!strcmp(base, names[i])) return WANT_TEXT;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (has_suffix(base, ends[i])) return WANT_TEXT;
    return has_suffix(base, ".syso") || has_suffix(base, ".swig") || has_suffix(base, ".swigcxx") ? WANT_NAME
                                                                                                  : WANT_NOT;
}

/* `MODE TYPE ID<tab>PATH` ending in a NUL each. */
static bool list(Tree *t, const char *commit) {
    const Git *g = t->g;
    Str out;
    if (!output(g, (const char *[]){"ls-tree", "-r", "-z", "--full-tree", commit}, 5, &out, &t->err))
        return false;
    for (const char *p = out.p, *end = out.p + out.n; p < end;) {
        size_t n = strlen(p), m = strcspn(p, "\t");
        const char *path = p + m + 1, *sp1 = memchr(p, ' ', m), *sp2 = sp1 ? strchr(sp1 + 1, ' ') : NULL;
        if (m == n || !sp2 || sp2 > p + m || !is_id((Str){sp2 + 1, (size_t)(p + m - sp2 - 1)})) {
            t->err = "git's list of files cannot be read";
            return false;
        }
        Entry e = {.path = path, .id = arena_strndup(g->a, sp2 + 1, (size_t)(p + m - sp2 - 1))};
        e.link = !strncmp(p, "120000 ", 7);
        p += n + 1;
        if (!path_ok(path)) {
            StrBuf sb = STRBUF_INIT;
            sb_add_quoted(&sb, path, strlen(path));
            t->err = arena_printf(g->a, "its tree has a file that nothing may be named: %s", sb_str(&sb));
            sb_release(&sb);
            return false;
        }
        if (!strncmp(sp1 + 1, "commit ", 7)) {
            left_out(t, path, "it is a submodule");
            continue;
        }
        e.want = e.link ? WANT_TEXT : want_of(path);
        vec_push(NULL, &t->entries, e);
    }
    return true;
}

/* ---- writing ---- */

/* The directory that path is to stand in, made with those above it where they are missing; -1: errno. No
 * symbolic link is followed on the way: a hostile tree can have two entries of one name, a link and a
 * directory, and what stands below the second would be written to where the first leads. */
static int open_parent(Tree *t, const char *path) {
    int at = fcntl(t->top, F_DUPFD_CLOEXEC, 0);
    for (const char *p = path, *slash; at >= 0 && (slash = strchr(p, '/')); p = slash + 1) {
        const char *name = arena_strndup(t->g->a, p, (size_t)(slash - p));
        bool there = mkdirat(at, name, 0700) == 0 || errno == EEXIST;
        int below = there ? openat(at, name, O_DIRECTORY | O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1, e = errno;
        close(at);
        errno = e;
        at = below;
    }
    return at;
}

static const char *last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *exists_words(int e) {
    return e == EEXIST || e == ENOTDIR || e == EISDIR || e == ELOOP ? "another file has its name"
                                                                    : errno_text(e);
}

/* The entry could not be made: a note, or the end where no other could be, either. */
static void not_made(Tree *t, const char *path, int e) {
    if (e == ENOSPC || e == EDQUOT || e == EMFILE || e == ENFILE || e == EROFS)
        t->err = arena_printf(t->g->a, "%s: %s", path, errno_text(e));
    else left_out(t, path, exists_words(e));
}

static bool create(Tree *t, const char *path, int *fd) {
    int dir = open_parent(t, path), e = errno;
    *fd = -1;
    if (dir >= 0) {
        *fd = openat(dir, last_name(path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        e = errno;
        close(dir);
    }
    if (*fd < 0) not_made(t, path, e);
    return *fd >= 0;
}

static bool has_text(const char *p, size_t n, const char *what) {
    return memmem(p, n, what, strlen(what)) != NULL;
}

static void look_at(Tree *t, const char *path, const char *p, size_t n) {
    if (!has_suffix(path, ".go")) return;
    const char *slash = strrchr(path, '/');
    const Name *dir = name_intern(path, slash ? (size_t)(slash - path) : 0);
    if (has_text(p, n, "//go:embed")) smap_put(&t->embeds, dir, t);
    if (has_text(p, n, "\"C\"")) smap_put(&t->cgo, dir, t);
}

static bool target_stays(const char *path, const char *target) {
    if (!*target || *target == '/') return false;
    int depth = 0;
    for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) depth++;
    bool up = true;
    for (const char *p = target; *p;) {
        size_t n = strcspn(p, "/");
        bool dot = n == 1 && p[0] == '.', dots = n == 2 && p[0] == '.' && p[1] == '.';
        if (dots && (!up || --depth < 0)) return false;
        if (!dots && !dot && n) up = false;
        if (n == 4 && strncasecmp(p, ".git", 4) == 0) return false;
        p += n;
        while (*p == '/') p++;
    }
    return true;
}

static void put_link(Tree *t, const Entry *e, const char *target, size_t n) {
    if (strlen(target) != n || n >= LINK_MAX_BYTES || !target_stays(e->path, target)) {
        left_out(t, e->path, "the symbolic link leads out of the tree");
        return;
    }
    int dir = open_parent(t, e->path), why = errno;
    bool made = dir >= 0 && symlinkat(target, dir, last_name(e->path)) == 0;
    if (dir >= 0) {
        why = errno;
        close(dir);
    }
    if (!made) not_made(t, e->path, why);
}

static void put_file(Tree *t, const Entry *e, const char *p, size_t n) {
    int fd;
    look_at(t, e->path, p, n);
    if (!create(t, e->path, &fd)) return;
    for (size_t at = 0; at < n && !t->err;) {
        ssize_t k = write(fd, p + at, n - at);
        if (k >= 0) at += (size_t)k;
        else if (errno != EINTR) t->err = arena_printf(t->g->a, "%s: %s", e->path, errno_text(errno));
    }
    close(fd);
}

/* One answer of cat-file --batch: `ID TYPE SIZE`, the bytes, a line end. buf is used again. */
static void take(Tree *t, FILE *in, const Entry *e, StrBuf *buf) {
    char head[HEAD_MAX];
    if (!fgets(head, sizeof head, in)) {
        t->err = NULL; /* git says why */
        buf->n = SIZE_MAX;
        return;
    }
    size_t id = strlen(e->id);
    if (strncmp(head, e->id, id) != 0 || head[id] != ' ') {
        t->err = "git answers something else";
        return;
    }
    if (strncmp(head + id, " blob ", 6) != 0) {
        t->err =
            !strcmp(head + id, " missing\n")
                ? arena_printf(t->g->a,
                               "%s is missing in the repository; in a partial clone 'git fetch' gets it, "
                               "which goesc never does",
                               e->path)
                : arena_printf(t->g->a, "%s is no file", e->path);
        return;
    }
    char *end;
    uint64_t size = strtoull(head + id + 6, &end, 10);
    if (*end != '\n') {
        t->err = "git answers something else";
        return;
    }
    bool keep = size <= FILE_MAX_BYTES && !(e->link && size >= LINK_MAX_BYTES);
    buf->n = 0;
    char part[1 << 14];
    for (uint64_t left = size + 1; left;) {
        size_t k = fread(part, 1, MIN(left, sizeof part), in);
        if (!k) {
            buf->n = SIZE_MAX;
            return;
        }
        if (keep) sb_add(buf, part, k);
        left -= k;
    }
    if (!keep) {
        left_out(t, e->path,
                 e->link ? "the symbolic link leads out of the tree" : "it is larger than 100 MiB");
        return;
    }
    buf->buf[--buf->n] = 0;
    t->bytes += size;
    if (t->bytes > TREE_MAX_BYTES) t->err = "the sources are more than 2 GiB";
    else if (e->link) put_link(t, e, buf->buf, buf->n);
    else put_file(t, e, buf->buf, buf->n);
}

/* The contents of those entries, in their order. */
static bool put_all(Tree *t, Entry **es, uint32_t n) {
    if (!n || t->err) return !t->err;
    int ids = memfd_create("ids", MFD_CLOEXEC);
    FILE *f = ids >= 0 ? fdopen(dup(ids), "w") : NULL;
    for (uint32_t i = 0; f && i < n; i++) fprintf(f, "%s\n", es[i]->id);
    if (!f || fclose(f) != 0 || lseek(ids, 0, SEEK_SET) != 0) {
        t->err = arena_printf(t->g->a, "git: %s", errno_text(errno));
        if (ids >= 0) close(ids);
        return false;
    }
    Run r;
    const char *err = NULL;
    if (start(t->g, (const char *[]){"cat-file", "--batch"}, 2, ids, &r, &t->err)) {
        StrBuf buf = STRBUF_INIT;
        for (uint32_t i = 0; i < n && !t->err && buf.n != SIZE_MAX; i++) take(t, r.out, es[i], &buf);
        bool cut = buf.n == SIZE_MAX;
        buf.n = 0;
        sb_release(&buf);
        err = t->err;
        if (!finish(t->g, &r, &err)) t->err = err;
        else if (cut) t->err = "git ended too early";
    }
    close(ids);
    return !t->err;
}

/* Whether the directory of path, or one above it, is in the set. */
static bool below(const Map *dirs, const char *path) {
    for (size_t n = strlen(path); dirs->n; n--) {
        if (path[n] == '/' && smap_get(dirs, name_intern(path, n))) return true;
        if (n == 0) return smap_get(dirs, name_intern("", 0)) != NULL;
    }
    return false;
}

typedef VEC(Entry *) Entries;

static void choose(Tree *t, Entries *out, bool link, Want want) {
    out->n = 0;
    for (uint32_t i = 0; i < t->entries.n; i++) {
        Entry *e = &t->entries.v[i];
        if (e->link == link && e->want == want) vec_push(NULL, out, e);
    }
}

bool git_write_tree(const Git *g, const char *commit, const char *to, StrBuf *notes, const char **err) {
    Tree t = {.g = g, .notes = notes, .top = open(to, O_DIRECTORY | O_RDONLY | O_CLOEXEC)};
    Entries some = {0};
    if (t.top < 0) t.err = arena_printf(g->a, "%s: %s", to, errno_text(errno));
    if (!t.err && list(&t, commit)) {
        choose(&t, &some, false, WANT_TEXT);
        put_all(&t, some.v, some.n);
        /* what the Go files said decides about the others */
        some.n = 0;
        for (uint32_t i = 0; i < t.entries.n; i++) {
            Entry *e = &t.entries.v[i];
            if (e->link || e->want == WANT_TEXT) continue;
            if (below(&t.cgo, e->path)) vec_push(NULL, &some, e);
            else if (below(&t.embeds, e->path)) e->want = WANT_NAME;
        }
        put_all(&t, some.v, some.n);
        for (uint32_t i = 0; i < some.n; i++) some.v[i]->want = WANT_NOT; /* there already */
        choose(&t, &some, false, WANT_NAME);
        int fd;
        for (uint32_t i = 0; i < some.n && !t.err; i++)
            if (create(&t, some.v[i]->path, &fd)) close(fd);
        choose(&t, &some, true, WANT_TEXT);
        put_all(&t, some.v, some.n);
    }
    if (t.top >= 0) close(t.top);
    vec_free(&some);
    vec_free(&t.entries);
    map_release(&t.cgo);
    map_release(&t.embeds);
    *err = t.err;
    return !t.err;
}
