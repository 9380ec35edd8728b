# goesc: build, test, measure. `make help` lists the targets.
#
# There are three ways to build, each with objects of its own, so that going from one to another compiles nothing twice:
#   make            for developing: one changed file is compiled and linked in a few seconds
#   make release    optimised as a whole when it is linked: a tenth faster, and linking takes most of a minute
#   make debug      for a debugger
# The program lies in build/dev, build/release or build/debug; build/goesc is the one that was asked for last.
CC ?= cc
BUILD ?= build
PREFIX ?= /usr/local
MODE ?= dev
OPT_dev = -O1 -g
OPT_release = -O2 -g -flto=auto -ffat-lto-objects
OPT_debug = -O0 -g3
OPT ?= $(OPT_$(MODE))
# Warnings are errors for those who change the code; a newer compiler with a new warning is no trouble for the others.
WERROR ?= $(if $(wildcard .git),1,0)
WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings $(if $(filter 1,$(WERROR)),-Werror)
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -Isrc -I$(BUILD)/gen $(OPT) $(WARN) -pthread $(CFLAGS)
LIBS = -ljansson -lxxhash -lmpfr -lgmp -lz -ledit -lmd -lm -pthread
PKGS ?= std
FUZZ_SECONDS ?= 60
FUZZ_LINES ?= 10000
FUZZ_SEED ?= 1
JOBS := $(shell nproc)
OUT := $(BUILD)/$(MODE)

SRCS := $(sort $(wildcard src/*/*.c))
OBJS := $(SRCS:src/%.c=$(OUT)/obj/%.o)
LIB := $(OUT)/libgoesc.a
LIB_OBJS := $(filter-out $(OUT)/obj/cmd/main.o,$(OBJS))
UNIT_SRCS := $(sort $(wildcard tests/unit/*.c))
UNITS := $(UNIT_SRCS:tests/unit/%.c=$(BUILD)/unit/%)
TOOL_SRCS := $(sort $(wildcard tests/tools/*.c))
TOOLS := $(TOOL_SRCS:tests/tools/%.c=$(BUILD)/tools/%)
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/*.c))
FORMATTED := src/*/*.[ch] $(UNIT_SRCS) $(FUZZ_SRCS)
ASAN = OPT='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' BUILD=build/asan
# What a change to the sources can break, and what answers within seconds.
CHECKED = unit,rooms,golden,examples,cli,bugs,hooks,tools,gdb

.PHONY: all release debug units deps hooks install uninstall check test test-full asan hostile fuzz fuzz-cgo bench parity compilers \
	format lint tags clean help FORCE
all: $(BUILD)/goesc ## build build/goesc for developing

release: ## build build/goesc as it is installed, optimised as a whole
	@$(MAKE) --no-print-directory MODE=release all

debug: ## build build/goesc for a debugger (-O0)
	@$(MAKE) --no-print-directory MODE=debug all

$(BUILD)/goesc: $(OUT)/goesc FORCE
	@ln -f $< $@

$(OUT)/goesc: $(OBJS)
	@echo "  ld $@"
	@$(CC) $(OPT) $(LDFLAGS) -o $@ $(OBJS) $(LIBS)

# Every module but the command line, for test programs to link with.
$(LIB): $(LIB_OBJS)
	@rm -f $@ && ar rcs $@ $(LIB_OBJS)

# The compiler and its flags: when they change, everything is compiled again.
FLAGS = $(CC) $(CFLAGS_ALL)
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || echo '$(subst ','\'',$(FLAGS))' >$@

$(OUT)/obj/%.o: src/%.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Sources made from other files: the version, and what the HTML report is made of, as C strings, each line of the file a
# line of the string.
PAGE := $(patsubst src/%,$(BUILD)/gen/%.inc,$(wildcard src/*/page.*))
GEN := $(PAGE) $(BUILD)/gen/version.h
$(OBJS): | $(GEN)
$(BUILD)/gen/%.inc: src/%
	@mkdir -p $(@D)
	@sed -e 's/[\\"?]/\\&/g' -e 's/.*/"&\\n"/' $< >$@
$(BUILD)/gen/version.h: VERSION
	@mkdir -p $(@D)
	@sed -n '1s/.*/#define GOESC_VERSION "&"/p' $< >$@

units: $(UNITS) $(TOOLS) ## the test programs (build/unit, build/tools)
$(BUILD)/tools/%: tests/tools/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -o $@ $< $(LIB) -fno-lto $(LDFLAGS) $(LIBS)
$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c $(LIB)
	@$(CC) $(CFLAGS_ALL) -fsanitize=fuzzer -o $@ $< $(LIB) $(LDFLAGS) $(LIBS)
$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -o $@ $< $(LIB) -fno-lto $(LDFLAGS) $(LIBS) -lcmocka

deps: ## install the Debian packages that building and testing need (DEPS=full: for all targets)
	@scripts/deps.sh $(DEPS)

hooks: ## have git check commits and run `make check` before a push
	@scripts/hooks/install

install: release ## install under PREFIX (default /usr/local)
	install -Dm755 $(BUILD)/release/goesc $(DESTDIR)$(PREFIX)/bin/goesc

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/goesc

check: ## the tests that answer within seconds, with the program for developing
	@$(MAKE) -s -j$(JOBS) all units
	@tests/run.py --build $(BUILD) --only $(CHECKED)

test: ## run all tests with the release (what they need is installed first, as root or with sudo)
	@scripts/deps.sh
	@$(MAKE) -s -j$(JOBS) all units
	@$(MAKE) -s -j$(JOBS) release
	@tests/run.py --build $(BUILD)

test-full: ## every tier: the tests, the sanitizers, the hostile build
	@scripts/deps.sh full
	@scripts/deps.sh browser
	@$(MAKE) -s test
	@$(MAKE) -s asan
	@$(MAKE) -s hostile

asan: ## build with ASan and UBSan, run the tests with it, and analyse std
	@scripts/deps.sh
	@$(MAKE) -s -j$(JOBS) $(ASAN) all units
	@tests/run.py --build build/asan
	@if [ -d "$$(go env GOROOT 2>/dev/null)/src" ]; then \
		build/asan/goesc build -gcflags=-m std >/dev/null 2>build/asan/std.log || { tail -40 build/asan/std.log; exit 1; }; \
		! grep -E 'ERROR: (Address|Leak)Sanitizer|^src/.*: runtime error:|goesc: internal error' build/asan/std.log; \
		echo "asan: std analysed without a finding"; fi

hostile: ## ASan with each object in a block of its own; then each allocation fails once
	@$(MAKE) -s -j$(JOBS) $(ASAN) BUILD=build/hostile CFLAGS=-DGOESC_HOSTILE all
	@tests/run.py --build build/hostile --only golden,examples,cli
	@tests/hostile/fail_alloc.py --build build/hostile

fuzz: ## run each fuzzer FUZZ_SECONDS (default 60) seconds
	@scripts/deps.sh full
	@tests/fuzz/run.sh $(FUZZ_SECONDS)

fuzz-cgo: all ## FUZZ_LINES (default 10000) random #cgo lines beside the real go, from FUZZ_SEED
	@tests/cgoflags/fuzz.py --build $(BUILD) --lines $(FUZZ_LINES) --seed $(FUZZ_SEED)

bench: release $(BUILD)/tools/big_profile ## time and memory beside the real go, as ratios
	@tests/bench/bench.py --build $(BUILD)
	@tests/bench/explain.py --build $(BUILD)

parity: release ## compare PKGS (default std) with the real go, package by package
	@tests/parity/parity.py --build $(BUILD) $(PKGS)

format: ## clang-format the sources
	@scripts/deps.sh lint
	clang-format -i $(FORMATTED)

compilers: ## build without a warning with gcc, clang and, as far as it goes, musl
	@scripts/deps.sh full
	@scripts/compilers.sh

lint: $(GEN) ## formatting and clang-tidy of all sources (SINCE=COMMIT: of what changed since)
	@scripts/deps.sh lint
	@BUILD=$(BUILD) scripts/lint.sh $(SINCE)

tags: ## an index of the sources for editors
	ctags -f $@ src/*/*.[ch]

compile_commands.json: $(GEN) FORCE ## how each file is compiled, for clangd and other tools
	@python3 -c 'import json, sys; out, flags, *files = sys.argv[1:]; \
		json.dump([{"directory": out, "file": f, "command": flags + " -c " + f} for f in files], sys.stdout, indent=1)' \
		'$(CURDIR)' '$(FLAGS)' $(SRCS) $(UNIT_SRCS) $(TOOL_SRCS) >$@

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z][a-z_.-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 24

-include $(OBJS:.o=.d) $(wildcard $(BUILD)/unit/*.d $(BUILD)/tools/*.d)
