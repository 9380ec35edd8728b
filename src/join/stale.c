/* Is the source that was analysed the source that was profiled?
 *
 * The profile says at which line each of its functions began. A function that now begins elsewhere proves
 * that the source has changed. So does a build id: when the user names the program that made the profile,
 * and its build id is not the profile's. A file that is newer than the profile proves nothing, since a
 * fresh checkout is newer, too. A program with the profile's build id that was linked after the file was
 * written proves that the file is the one that was profiled. */
#include "join/join.h"
#include "load/load_int.h"
#include <sys/stat.h>

static const char *base_name(const char *path) {
    const char *p = strrchr(path, '/');
    return p ? p + 1 : path;
}

/* Functions that people wrote, in files that are at hand under their own names. */
static bool comparable(const char *name, const char *file) {
    return *name && has_suffix(file, ".go") && !has_suffix(name, ".init") && !strstr(name, "_cgo_") &&
           strcmp(base_name(file), "_cgo_gotypes.go") != 0 && strcmp(base_name(file), "_testmain.go") != 0;
}

/* The line at which the function begins now when that is another one than in the profile, else 0. */
static int64_t begins_elsewhere(Join *j, const char *name, const char *file, int64_t start) {
    if (start <= 0 || !comparable(name, file)) return 0;
    const ExFound *f = library_func(j->library, name);
    if (!f || !f->code->at.line || f->code->at.line == start) return 0;
    return strcmp(f->code->at.file, base_name(file)) ? 0 : f->code->at.line;
}

static const char *str_at(Join *j, StrId id) {
    Str s = profile_str(j->profile, id);
    return arena_strndup(&j->arena, s.n ? s.p : "", s.n);
}

static void check_functions(Join *j) {
    const Profile *p = j->profile;
    uint32_t moved = 0;
    const char *first = NULL;
    bool first_user = false;
    for (uint32_t i = 0; i < p->functions.n; i++) {
        const ProfFunction *pf = &p->functions.v[i];
        const char *symbol = str_at(j, pf->name), *file = str_at(j, pf->file);
        const char *name = ex_unescape(arena_printf(&j->arena, "%s", symbol));
        int64_t now = begins_elsewhere(j, name, file, pf->start_line);
        if (!now) continue;
        moved++;
        JoinFrame fr = {.func = name, .file = file, .line = now, .pkg = join_func_pkg(&j->arena, symbol)};
        fr.user = join_is_user(j, fr.pkg);
        if (first && (first_user || !fr.user)) continue;
        first_user = fr.user;
        first = arena_printf(&j->arena, "%s began at line %lld and begins at %s now", name,
                             (long long)pf->start_line, join_frame_place(j, &fr));
    }
    if (!moved) return;
    j->stale_sure = true;
    j->stale = arena_printf(&j->arena, "%s: %s",
                            first_user ? "the source has changed since the profile was made"
                                       : "the profile was made with another version of a library",
                            first);
    if (moved > 1)
        j->stale = arena_printf(&j->arena, "%s; %u more functions have moved", j->stale, moved - 1);
}

static void check_age(Join *j) {
    int64_t made = j->profile->time_nanos / 1000000000;
    if (!made) return;
    bool same_build = j->found_id && *j->build_id && !strcmp(j->found_id, j->build_id);
    for (uint32_t i = 0; i < j->packages.n; i++) {
        const ExPackage *x = j->packages.v[i];
        for (uint32_t k = 0; k < x->files.n; k++) {
            struct stat st;
            if (stat(x->files.v[k].path, &st) != 0 || st.st_mtime <= made) continue;
            if (!roots_allow(&j->shown, x->files.v[k].path)) continue; /* a //line directive names it */
            if (same_build && st.st_mtime <= j->found_time) continue;
            j->stale = arena_printf(
                &j->arena,
                "%s is newer than the profile; the functions that the profile names begin where they did",
                path_short(&j->arena, j->library->cwd, x->files.v[k].path));
            return;
        }
    }
}

void join_check_source(Join *j) {
    check_functions(j);
    if (!j->stale && j->chosen_binary && j->found_id && *j->build_id &&
        strcmp(j->found_id, j->build_id) != 0) {
        j->stale = arena_printf(&j->arena,
                                "the profile was made by another build than %s: build id %.12s, not %.12s",
                                j->found_binary, j->build_id, j->found_id);
        j->stale_sure = true;
    }
    if (!j->stale) check_age(j);
    if (!j->stale_sure) return;
    for (uint32_t i = 0; i < j->rows.n; i++) {
        JoinRow *r = j->rows.v[i];
        for (uint32_t k = 0; k < r->nframes && !r->moved; k++)
            r->moved = begins_elsewhere(j, r->frames[k].func, r->frames[k].file, r->frames[k].start) != 0;
    }
}
