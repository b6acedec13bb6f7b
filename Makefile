# ztoq: make, make demo, make check.  One file, no recursion.
# SAN=1 builds with sanitizers into build/asan; WERROR=1 makes warnings fatal.

VERSION  = 0.1.0
CC      ?= cc
CSTD     = -std=c11 -D_XOPEN_SOURCE=700
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
           -Wwrite-strings -Wvla -Wcast-qual -Wstrict-prototypes
OPT      = -O2 -g
ifdef WERROR
WARN    += -Werror
endif
ifdef SAN
B        = build/asan
BIN      = build/asan/bin
OPT      = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
else
B        = build
BIN      = bin
endif
PGINC   := $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
CPPFLAGS = -Ilib -I$(PGINC) -DZTOQ_VERSION='"$(VERSION)"'
CFLAGS   = $(CSTD) $(WARN) $(OPT)
LDFLAGS  =
LIBS     = -lcurl -ljq -lsqlite3 -lpq -lcrypto -lpthread -lm

PROGS    = zextract ztransform zload zvalidate zreport zrollback zdb
TOOLS    = $(foreach p,$(PROGS),$(if $(wildcard src/$(p)/main.c),$(p)))
LIB_SRC := $(wildcard lib/base/*.c lib/io/*.c lib/domain/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/assets.o
LIB_A    = $(B)/libztoq.a
UNIT_SRC:= $(wildcard tests/unit/*_test.c)
UNITS   := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
ASSETS  := $(wildcard lib/domain/schema/*.sql src/ztransform/map/* \
            src/zvalidate/rules/* src/zreport/templates/*)

all: $(TOOLS:%=$(BIN)/%) $(BIN)/ztoq $(BIN)/zmock

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB_A): $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/assets.c: tests/embed.sh $(ASSETS)
	@mkdir -p $(@D)
	sh tests/embed.sh >$@.tmp && mv $@.tmp $@
$(B)/assets.o: $(B)/assets.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define program
$(BIN)/$(1): $$(patsubst %.c,$(B)/%.o,$$(wildcard $(2)/*.c)) $(LIB_A)
	@mkdir -p $$(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LIB_A) $(3) $(LIBS)
endef
$(foreach p,$(TOOLS),$(eval $(call program,$(p),src/$(p))))
$(eval $(call program,zmock,tests/mock,-lmicrohttpd))

$(BIN)/ztoq: pipelines/ztoq
	@mkdir -p $(@D)
	install -m 755 $< $@

$(B)/unit/%: tests/unit/%.c $(LIB_A)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB_A) $(LIBS)
units: $(UNITS)

clean:
	rm -rf build bin

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all clean units
