/* goesc help: one screen a topic. */
#include "cmd/cmd.h"

static const struct {
    const char *topic, *summary, *text;
    bool verb;
} topics[] = {
    {"build", "check and analyse packages; print the compiler's remarks",
     "usage: goesc build [-o /dev/null] [build flags] [packages]\n"
     "\n"
     "Build loads the packages named by import paths, patterns or files, checks them,\n"
     "decides inlining and escape exactly as the Go compiler does, and prints what\n"
     "'go build' prints for them: errors, and with -gcflags=-m the decisions.\n"
     "It writes no object or executable file yet: machine code is still to come, so\n"
     "-o is accepted only with the null device.\n"
     "\n"
     "    goesc build -gcflags=-m ./...          decisions for the packages here\n"
     "    goesc build -gcflags=all=-m=2 ./cmd/x  reasons too, for dependencies as well\n"
     "    goesc build -gcflags=-m escape.go      one file\n"
     "\n"
     "The build flags are those of 'go help build' as far as they matter here:\n"
     "\n"
     "    -C dir            change to dir first (must be the first flag)\n"
     "    -p n              how many packages at once (default: the processors)\n"
     "    -v                print the names of packages as they are finished\n"
     "    -gcflags '[pattern=]flags'\n"
     "                      compiler flags; see 'goesc help gcflags'\n"
     "    -tags a,b         build tags\n"
     "    -race, -msan, -asan\n"
     "                      read the files which those modes choose\n"
     "    -mod mode, -modfile file\n"
     "                      readonly, vendor or mod, and another go.mod\n"
     "    -trimpath         import paths instead of directories in messages\n"
     "    -work             print and keep the temporary directory (cgo)\n"
     "    -timeout d, -max-memory size, -cgo on|off\n"
     "                      see 'goesc help limits'\n"
     "\n"
     "Flags that concern only linking are accepted and ignored. GOFLAGS, GOOS, GOARCH,\n"
     "GOEXPERIMENT, CGO_ENABLED, GOWORK and the file of 'go env -w' count.\n"
     "Nothing is ever downloaded: a module that is missing is an error that names the\n"
     "command which gets it. Exit status: 0 nothing found, 1 errors, 2 wrong usage.\n",
     true},
    {"explain", "say why a value is on the heap",
     "usage: goesc explain [flags] [build flags] FILE[:LINE[:COL]]\n"
     "       goesc explain [flags] [build flags] package[.Function]\n"
     "\n"
     "Explain tells for each value at a place of the source, or in a function, whether it\n"
     "is on the stack or on the heap and how large it is; for the heap it follows the\n"
     "value step by step to the line that puts it there, through calls, function\n"
     "literals and other packages, and says what would keep it off the heap.\n"
     "\n"
     "    goesc explain escape.go:5:13\n"
     "    goesc explain cache_test.go\n"
     "    goesc explain ./cache.(*Store).Put\n"
     "    goesc explain net/http.Server.Serve\n"
     "    goesc explain -json fmt.Println\n"
     "\n"
     "A value can be moved to the heap, on the heap, on the stack, \"on the stack while it\n"
     "is small\" (a buffer of fixed size serves unless more is needed when running), or\n"
     "not allocated at all (constants in interfaces, function literals that capture\n"
     "nothing), although the compiler's -m says \"escapes to heap\".\n"
     "A function or file with more than three values on the heap gets one line for each,\n"
     "a line with more than four tells four stories; -full tells every story, and leaves\n"
     "nothing out of long ones. Lines of a grammar or template are found where //line in\n"
     "the generated code names it. -json prints the same as a graph; docs/explain.md says\n"
     "how it is laid out. The output is coloured on a terminal unless NO_COLOR is set.\n"
     "Lines are quoted from files below the module, the package, GOROOT and the module\n"
     "cache; -source_path dir:dir names further directories (a //line directive may name\n"
     "any file, and those elsewhere are not shown).\n"
     "Explanations are kept under $XDG_CACHE_HOME/goesc (default ~/.cache/goesc) and used\n"
     "while no file they depend on has changed; GOESC_CACHE=off does without, and so does\n"
     "a directory that others may write.\n",
     true},
    {"test", "run go test, and say why its benchmarks allocate",
     "usage: goesc test [go test flags] [-html file] [-rows n] [-objects]\n"
     "\n"
     "Test runs 'go test' with the same flags, lets its output through and exits with its\n"
     "status. Where benchmarks run (-bench, -benchmem) or a memory profile is written\n"
     "(-memprofile), it ends with the report of 'goesc top': which lines allocate, and why\n"
     "each value is on the heap.\n"
     "\n"
     "    goesc test -run none -bench . -benchmem\n"
     "    goesc test -bench Encode$ -benchmem -html encode.html\n"
     "\n"
     "Without -memprofile each test program writes a temporary one (go test -exec names\n"
     "goesc, which adds the flag), and there is a report for each package. Bytes and\n"
     "allocations an operation are shown where the number of operations is known: with\n"
     "b.Loop, with -benchtime 1000x, or shared out of what -benchmem measured where a\n"
     "function has one benchmark. With -json the report goes to standard error.\n"
     "\n"
     "    -html file      a page with the flame graph, the table and the stories; with\n"
     "                    several packages one each, with the package in its name\n"
     "    -jsonfile file  the report as JSON (docs/json.md), likewise\n"
     "    -rows n         how many sites (default 20)\n"
     "    -objects        ranked by number of objects instead of bytes\n"
     "    -inuse          what was still in use at the end, instead of all allocations\n"
     "    -source_path dir:dir\n"
     "                    further directories whose files may be quoted (default: the\n"
     "                    module, GOROOT and the module cache)\n"
     "\n"
     "    -max-memory size, -cgo on|off\n"
     "                    see 'goesc help limits'; -timeout is go test's\n"
     "\n"
     "All other flags are those of 'go help test' and 'go help testflag'. A go command is\n"
     "needed, in $PATH or $GOROOT/bin.\n",
     true},
    {"top", "rank the sites of a memory profile, with reasons",
     "usage: goesc top [packages] -profile mem.out [flags] [build flags]\n"
     "\n"
     "Top joins a memory profile (go test -memprofile, net/http/pprof's heap and allocs)\n"
     "with the escape analysis of the same source: a row for each site that allocates,\n"
     "what it allocates, why that is on the heap, where the decision falls, and the\n"
     "nearest line of your own code. Values on one line are told apart by their sizes\n"
     "where that is possible, and reported together where it is not.\n"
     "\n"
     "    -profile file   the profile (gzipped or not); several are added up\n"
     "    -rows n         how many sites (default 20; also -nodecount)\n"
     "    -objects        ranked by number of objects instead of bytes\n"
     "    -inuse          what was in use when the profile was written; also as in pprof:\n"
     "                    -sample_index=inuse_objects, -alloc_space and so on\n"
     "    -n N            operations counted: shows bytes an operation\n"
     "    -json           the whole report as JSON (docs/json.md)\n"
     "    -jsonfile file  the same into a file, beside the table\n"
     "    -html file      a page with the flame graph, the table and the stories\n"
     "    -binary file    the program that made the profile: its build id is compared\n"
     "    -source_path dir:dir\n"
     "                    further directories whose files may be quoted (default: the\n"
     "                    module, GOROOT and the module cache)\n"
     "\n"
     "The packages are those in which the profile was made, with the build flags used\n"
     "then; by default the package whose tests made it, or the one here. Profiles are\n"
     "samples: numbers are scaled as pprof scales them, and where few blocks were seen a\n"
     "95 % interval stands below. A value that the analysis keeps on the stack although\n"
     "the profile shows it is listed as a disagreement.\n",
     true},
    {"diff", "say which values on the heap are new since a revision",
     "usage: goesc diff [flags] [build flags] BASE [HEAD] [-- packages]\n"
     "       goesc diff -save FILE [build flags] [REVISION] [-- packages]\n"
     "\n"
     "Diff compares the values on the heap of two git revisions of the module here, and\n"
     "tells those that are new, gone or moved. Without HEAD the working tree is compared\n"
     "with BASE; the packages are ./... unless others stand behind --. New values are told\n"
     "with their story. Lines that moved are no change: a value is known by its function,\n"
     "by what is allocated and by why it is on the heap.\n"
     "\n"
     "    goesc diff HEAD~1\n"
     "    goesc diff main feature -- ./cache ./http/...\n"
     "    goesc diff -markdown origin/main >comment.md\n"
     "    goesc diff -save old.json; ...; goesc diff old.json\n"
     "\n"
     "    -full       every story, not only ten\n"
     "    -json       the comparison as JSON (docs/diff.md)\n"
     "    -markdown   a comment for a pull request\n"
     "    -sarif      the new values as SARIF 2.1.0, for code scanning\n"
     "    -save FILE  saves what a later run compares with (- is standard output); BASE and\n"
     "                HEAD can be such files, if they end in .json\n"
     "\n"
     "Of git only rev-parse, ls-tree and cat-file are run, so that no hook, filter or\n"
     "program named in the repository's configuration starts; nothing is fetched, and the\n"
     "repository does not change. Test files are not analysed. Packages that cannot be\n"
     "analysed on both sides are left out, and named.\n"
     "Exit status: 0 no value on the heap is new, 1 some are, 2 trouble.\n",
     true},
    {"list", "list packages",
     "usage: goesc list [-deps] [-e] [-json] [-f format] [build flags] [packages]\n"
     "\n"
     "List prints the import paths of the named packages, one a line; with -deps those\n"
     "of everything they import first. -json prints an object a package, -f a line of\n"
     "the plain fields named as {{.ImportPath}}, {{.GoFiles}} and so on. -e lists\n"
     "packages with errors too.\n",
     true},
    {"env", "print the settings in force",
     "usage: goesc env [-json] [var ...]\n"
     "\n"
     "Env prints the variables that decide what is read, as 'go env' does; with names,\n"
     "only their values.\n",
     true},
    {"version", "print the version",
     "usage: goesc version\n\nVersion prints goesc's version and the Go installation that it found.\n", true},
    {"tool", "run goesc's counterpart of a go tool",
     "usage: goesc tool compile [flags] file.go...\n"
     "       goesc tool pprof [report] [options] [binary] profile...\n"
     "\n"
     "Compile checks one package's files and prints what 'go tool compile' prints.\n"
     "\n"
     "Pprof prints what 'go tool pprof' prints of a profile (made by go test with\n"
     "-memprofile, -cpuprofile, -blockprofile or -mutexprofile, or by net/http/pprof):\n"
     "\n"
     "    goesc tool pprof -alloc_space -top mem.out      what allocates most\n"
     "    goesc tool pprof -list=Encode mem.out           which lines of Encode do\n"
     "    goesc tool pprof -diff_base=old.out -top mem.out\n"
     "    goesc tool pprof mem.out                        commands at a prompt\n"
     "\n"
     "-list shows sources below the current directory, the module, GOROOT, the module\n"
     "cache and -source_path; other files that a profile names are not opened.\n"
     "'goesc tool pprof -h' lists reports and options. Profiles are read from files;\n"
     "pictures (-svg, -web, -http) and assembly (-disasm, -weblist) are not made here,\n"
     "-dot writes the graph for Graphviz.\n",
     true},
    {"gcflags", "compiler flags",
     "Compiler flags stand in -gcflags, one value for the named packages or, with a\n"
     "pattern before them, for the packages that match: all=, std=, ./...=, net/...=.\n"
     "Of the values that match a package the last one counts.\n"
     "\n"
     "    -m, -m=2, -m -m   print decisions; with 2, reasons too\n"
     "    -l                no inlining; -l=4 and the like are levels\n"
     "    -N                no optimisation\n"
     "    -e                report all errors, not only ten\n"
     "    -lang go1.N       language version\n"
     "    -d name=value,... the compiler's debugging settings that concern the analysis\n"
     "    -p path, -std, -+, -C, -smallframes\n"
     "                      as the compiler has them\n"
     "\n"
     "Flags about code generation (-dwarf=false, -c=4, -wb=false ...) are accepted;\n"
     "flags that write other output (-S, -json, -live ...) are refused.\n",
     false},
    {"debug", "looking at the passes",
     "goesc build -d=pass stops after a pass, or shows what it made (for the packages\n"
     "that are named):\n"
     "\n"
     "    -d=parse    stop after parsing\n"
     "    -d=types    stop after type checking\n"
     "    -d=ir       print the functions after lowering, and stop\n"
     "    -d=inline   print the functions and method wrappers after inlining, and go on\n",
     false},
    {"packages", "how packages are named",
     "A package is named by its import path, by a directory beginning with ./ or ../ or\n"
     "/, or by the Go files that make it. \"...\" in a path stands for any string, and\n"
     "/... at the end for nothing too: ./... is all packages below the current\n"
     "directory. std is the standard library, cmd the Go commands, all the main module's\n"
     "packages and everything they need, work and tool those of go.work and go.mod.\n",
     false},
    {"limits", "bounds for a run, and how it ends",
     "Verbs that analyse (build, explain, list, top, tool compile, tool pprof) take\n"
     "\n"
     "    -timeout d        end after this time: 30s, 1m30s, 500ms; 0: never (the default)\n"
     "    -max-memory size  end before more memory than this is in use: 512MiB, 2GB, bytes;\n"
     "                      0: no limit (the default)\n"
     "    -cgo on|off       as CGO_ENABLED=1 or 0, over the environment\n"
     "\n"
     "GOESC_TIMEOUT and GOESC_MAX_MEMORY stand in for the first two where the flag is not\n"
     "given; GOFLAGS does not set them. With goesc test the time counts from the end of the\n"
     "tests, and only GOESC_TIMEOUT sets it: -timeout is go test's. To tool pprof -timeout is\n"
     "ours when it has a unit. A run that reaches a limit says so in a line and ends with\n"
     "status 1. The limit on memory holds for each program that cgo starts, too.\n"
     "\n"
     "With -cgo=off no C compiler, pkg-config or cgo is started: files that import \"C\" are\n"
     "left out, the build constraint cgo does not hold, and net, os/user and others take\n"
     "their pure Go form.\n"
     "\n"
     "Temporary directories are the user's alone, in GOTMPDIR, TMPDIR or /tmp. However goesc\n"
     "ends (a signal, a limit, a mistake of its own), it first ends what it started and\n"
     "removes them.\n",
     false},
    {"goroot", "where Go is looked for",
     "The standard library is read from the sources of the Go installation: $GOROOT if\n"
     "it is set, else where the go command in $PATH is installed, else /usr/local/go,\n"
     "/usr/lib/go, /usr/share/go and Debian's /usr/lib/go-1.N and /usr/share/go-1.N,\n"
     "the newest of them. Files that import nothing need no installation.\n",
     false},
};

int cmd_help(int argc, char **argv) {
    if (argc >= 2) {
        for (size_t i = 0; i < COUNT_OF(topics); i++) {
            if (strcmp(topics[i].topic, argv[1]) != 0) continue;
            fputs(topics[i].text, stdout);
            return 0;
        }
        fprintf(stderr, "goesc help %s: unknown help topic. Run 'goesc help'.\n", argv[1]);
        return 2;
    }
    FILE *out = argc ? stdout : stderr;
    fputs("goesc says where every value of a Go program lives: stack or heap, and why.\n\nusage: goesc "
          "<command> [arguments]\n\n",
          out);
    for (size_t i = 0; i < COUNT_OF(topics); i++)
        if (topics[i].verb) fprintf(out, "    %-10s %s\n", topics[i].topic, topics[i].summary);
    fputs("\nUse \"goesc help <command>\" for more. Other topics:\n\n", out);
    for (size_t i = 0; i < COUNT_OF(topics); i++)
        if (!topics[i].verb) fprintf(out, "    %-10s %s\n", topics[i].topic, topics[i].summary);
    return 0;
}
