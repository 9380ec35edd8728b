/* Files which building Go writes into its source tree, and which a source package such as Debian's golang-src
 * therefore lacks. Where one is missing we stand in a file with the same declarations. */
#include "load/load_int.h"

static const char zversion[] = "package sys\n\nconst StackGuardMultiplierDefault = 1\n";
static const char zbootstrap[] = "package buildcfg\n"
                                 "\n"
                                 "import \"runtime\"\n"
                                 "\n"
                                 "const (\n"
                                 "\tdefaultGO386 = `sse2`\n"
                                 "\tdefaultGOAMD64 = `v1`\n"
                                 "\tdefaultGOARM = `7`\n"
                                 "\tdefaultGOARM64 = `v8.0`\n"
                                 "\tdefaultGOMIPS = `hardfloat`\n"
                                 "\tdefaultGOMIPS64 = `hardfloat`\n"
                                 "\tdefaultGOPPC64 = `power8`\n"
                                 "\tdefaultGORISCV64 = `rva20u64`\n"
                                 "\tDefaultGO386 = defaultGO386\n"
                                 "\tDefaultGOAMD64 = defaultGOAMD64\n"
                                 "\tDefaultGOARM = defaultGOARM\n"
                                 "\tDefaultGOARM64 = defaultGOARM64\n"
                                 "\tDefaultGOMIPS = defaultGOMIPS\n"
                                 "\tDefaultGOMIPS64 = defaultGOMIPS64\n"
                                 "\tDefaultGOPPC64 = defaultGOPPC64\n"
                                 "\tDefaultGORISCV64 = defaultGORISCV64\n"
                                 "\tdefaultGOEXPERIMENT = ``\n"
                                 "\tdefaultGO_EXTLINK_ENABLED = ``\n"
                                 "\tdefaultGO_LDSO = ``\n"
                                 "\tversion = `go1`\n"
                                 "\tdefaultGOOS = runtime.GOOS\n"
                                 "\tdefaultGOARCH = runtime.GOARCH\n"
                                 "\tDefaultGOFIPS140 = `off`\n"
                                 "\tDefaultCGO_ENABLED = ``\n"
                                 ")\n";
static const char objabi[] = "package objabi\n\nconst stackGuardMultiplierDefault = 1\n";
static const char zcgo[] =
    "package build\n"
    "\n"
    "const defaultCGO_ENABLED = \"\"\n"
    "\n"
    "var cgoEnabled = map[string]bool{\n"
    "\t\"linux/386\": true, \"linux/amd64\": true, \"linux/arm\": true, \"linux/arm64\": true,\n"
    "\t\"darwin/amd64\": true, \"darwin/arm64\": true, \"windows/amd64\": true,\n"
    "}\n";
static const char zdefaultcc[] = "package cfg\n"
                                 "\n"
                                 "const DefaultPkgConfig = `pkg-config`\n"
                                 "\n"
                                 "func DefaultCC(goos, goarch string) string { return \"gcc\" }\n"
                                 "\n"
                                 "func DefaultCXX(goos, goarch string) string { return \"g++\" }\n";

static const struct {
    const char *pkg, *file, *text, *import;
    int from, until; /* minor versions of Go whose tree has it */
} files[] = {
    {"runtime/internal/sys", "zversion.go", zversion, NULL, 0, 23},
    {"internal/buildcfg", "zbootstrap.go", zbootstrap, "runtime", 17, 99},
    {"go/build", "zcgo.go", zcgo, NULL, 0, 20},
    {"cmd/internal/objabi", "zbootstrap.go", objabi, NULL, 17, 22},
    {"cmd/go/internal/cfg", "zdefaultcc.go", zdefaultcc, NULL, 0, 99},
};

/* The stand-in that package import_path needs, or NULL; *import is what it imports. */
const SourceFile *generated_file(Arena *a, const BuildEnv *e, const char *import_path, const DirInfo *d,
                                 const char **import) {
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (strcmp(files[i].pkg, import_path) != 0 || e->go_minor < files[i].from ||
            e->go_minor > files[i].until)
            continue;
        if (strvec_has(&d->go_files, files[i].file)) return NULL;
        SourceFile *f = NEW(a, SourceFile);
        f->name = files[i].file;
        f->path = f->shown = path_join(a, d->dir, f->name);
        f->text = files[i].text;
        *import = files[i].import;
        return f;
    }
    return NULL;
}
