# goesc: build, test, measure. `make help` lists the targets.
CC ?= cc
BUILD ?= build
PREFIX ?= /usr/local
OPT ?= -O2 -g
WARN = -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -Isrc $(OPT) $(WARN) -pthread $(CFLAGS)
LIBS = -lmpfr -lgmp -lz -lm -pthread

SRCS := $(sort $(wildcard src/*/*.c))
OBJS := $(SRCS:src/%.c=$(BUILD)/obj/%.o)
LIB_OBJS := $(filter-out $(BUILD)/obj/cmd/main.o,$(OBJS))

.PHONY: all clean help
all: $(BUILD)/goesc ## build build/goesc

$(BUILD)/goesc: $(OBJS)
	$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

# Every module but the command line, for test programs to link with.
$(BUILD)/libgoesc.a: $(LIB_OBJS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z][a-z_-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

-include $(OBJS:.o=.d)
