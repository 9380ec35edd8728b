# goesc: build, test, measure. `make help` lists the targets.
CC ?= cc
BUILD ?= build
PREFIX ?= /usr/local
# The program is optimised as a whole when it is linked, which makes it a tenth faster; test programs link in a moment
# without that.
OPT ?= -O2 -g -flto=auto -ffat-lto-objects
WARN = -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -Isrc -I$(BUILD)/gen $(OPT) $(WARN) -pthread $(CFLAGS)
LIBS = -lxxhash -lmpfr -lgmp -lz -ledit -lmd -lm -pthread
PKGS ?= std
FUZZ_SECONDS ?= 60
FUZZ_LINES ?= 10000
FUZZ_SEED ?= 1
JOBS := $(shell nproc)

SRCS := $(sort $(wildcard src/*/*.c))
OBJS := $(SRCS:src/%.c=$(BUILD)/obj/%.o)
LIB_OBJS := $(filter-out $(BUILD)/obj/cmd/main.o,$(OBJS))
UNIT_SRCS := $(sort $(wildcard tests/unit/*.c))
UNITS := $(UNIT_SRCS:tests/unit/%.c=$(BUILD)/unit/%)
TOOL_SRCS := $(sort $(wildcard tests/tools/*.c))
TOOLS := $(TOOL_SRCS:tests/tools/%.c=$(BUILD)/tools/%)
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/*.c))
ASAN = OPT='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' BUILD=build/asan

.PHONY: all units install test test-full asan hostile fuzz fuzz-cgo bench parity format lint clean help
all: $(BUILD)/goesc ## build build/goesc

$(BUILD)/goesc: $(OBJS)
	@echo "  ld $@"
	@$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

# Every module but the command line, for test programs to link with.
$(BUILD)/libgoesc.a: $(LIB_OBJS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# What the HTML report is made of, as C strings: each line of the source a line of the string.
PAGE := $(patsubst src/%,$(BUILD)/gen/%.inc,$(wildcard src/report/page.*))
$(BUILD)/gen/%.inc: src/%
	@mkdir -p $(@D)
	@sed -e 's/[\\"?]/\\&/g' -e 's/.*/"&\\n"/' $< >$@
$(BUILD)/obj/report/html.o: $(PAGE)

units: $(UNITS) $(TOOLS)
$(BUILD)/tools/%: tests/tools/%.c $(BUILD)/libgoesc.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -o $@ $< $(BUILD)/libgoesc.a -fno-lto $(LDFLAGS) $(LIBS)
$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libgoesc.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -o $@ $< $(BUILD)/libgoesc.a -fno-lto $(LDFLAGS) $(LIBS) -lcmocka

install: all ## install under PREFIX (default /usr/local)
	install -Dm755 $(BUILD)/goesc $(DESTDIR)$(PREFIX)/bin/goesc

test: ## run the tests (installs what they need first)
	@scripts/deps.sh
	@$(MAKE) -s -j$(JOBS) all units
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

bench: all $(BUILD)/tools/big_profile ## time and memory beside the real go, as ratios
	@tests/bench/bench.py --build $(BUILD)
	@tests/bench/explain.py --build $(BUILD)

parity: all ## compare PKGS (default std) with the real go, package by package
	@tests/parity/parity.py --build $(BUILD) $(PKGS)

format: ## clang-format the sources
	@scripts/deps.sh full
	clang-format -i src/*/*.[ch] $(UNIT_SRCS) $(FUZZ_SRCS)

lint: $(PAGE) ## formatting and clang-tidy
	@scripts/deps.sh full
	clang-format --dry-run -Werror src/*/*.[ch] $(UNIT_SRCS) $(FUZZ_SRCS)
	clang-tidy --quiet $(SRCS) -- -std=c17 -D_GNU_SOURCE -Isrc -I$(BUILD)/gen

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z][a-z_-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

-include $(OBJS:.o=.d) $(wildcard $(BUILD)/unit/*.d $(BUILD)/tools/*.d)
