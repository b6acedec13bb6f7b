# ztoq: make, make demo, make check.  One file, no recursion.
#
# SAN=1     sanitizers (address, undefined, leak), in build/asan
# WERROR=1  warnings are fatal
# Q=        show the commands
# FUZZ_TIME=600  seconds for each fuzzer of make fuzz
# OLD=COMMIT  or a directory of built programs: make equal compares the behaviour of
#            today's programs with theirs, make cost the instructions
# SPECS=DIR  directory of the vendors' API descriptions, for make contract
# PREFIX, DESTDIR, CC, CPPFLAGS, CFLAGS, LDFLAGS as usual

VERSION  = 0.1.0
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
Q        = @
JOBS    := $(shell nproc 2>/dev/null || echo 2)

ifdef SAN
B        = build/asan
BIN      = build/asan/bin
SANFLAGS = -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined \
           -fno-sanitize-recover=undefined
else
B        = build
BIN      = bin
endif
ifdef WERROR
FATAL    = -Werror
endif
CSTD     = -std=c11 -D_XOPEN_SOURCE=700
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes \
           -Wwrite-strings -Wvla -Wcast-qual -Wstrict-prototypes $(FATAL)
PGINC   := $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
INC      = -Ilib -I$(PGINC) -DZTOQ_VERSION='"$(VERSION)"'
# The include path for the files below a program's directory, and for tests of zextract.
OWN      = $(if $(filter src/%,$<),-Isrc/$(word 2,$(subst /, ,$<)), \
            $(if $(filter tests/mock/%,$<),-Itests/mock) \
            $(if $(filter tests/unit/% tests/fuzz/%,$<),-Isrc/zextract))
COMPILE  = $(CC) $(INC) $(OWN) $(CPPFLAGS) $(CSTD) $(WARN) $(CFLAGS) $(SANFLAGS)
LINK     = $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS)
LIBS     = -lcurl -ljq -lsqlite3 -lpq -lcrypto -lpthread -lm

PROGS    = zextract ztransform zload zvalidate zreport zrollback zdb
TOOLS    = $(foreach p,$(PROGS),$(if $(wildcard src/$(p)/main.c),$(p)))
SCRIPTS := $(notdir $(wildcard pipelines/ztoq pipelines/ztoq-*))
LIB_SRC := $(wildcard lib/*/*.c lib/*/*/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/assets.o
LIB_A    = $(B)/libztoq.a
UNIT_SRC:= $(wildcard tests/unit/*_test.c)
UNITS   := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
ASSETS  := $(wildcard lib/domain/schema/*.sql src/ztransform/map/* \
            src/zvalidate/rules/* src/zreport/templates/*)
ZMOCK    = $(if $(wildcard tests/mock/main.c),$(BIN)/zmock)
# Variables that tell tests and scripts where this build is.
TEST_ENV = ZT_BIN='$(abspath $(BIN))' ZT_BUILD='$(abspath $(B))' ZT_SAN='$(SAN)'
ASAN_B   = $(if $(SAN),$(B),$(B)/asan)
ASAN     = ZT_BIN='$(abspath $(ASAN_B)/bin)' ZT_BUILD='$(abspath $(ASAN_B))' ZT_SAN=1

all: $(TOOLS:%=$(BIN)/%) $(SCRIPTS:%=$(BIN)/%) $(ZMOCK)

# Report missing headers in plain words, before the compiler does.
$(B)/ready: lib/io/deps.sh
	@mkdir -p $(@D)
	$(Q)sh lib/io/deps.sh missing build && touch $@

$(B)/%.o: %.c | $(B)/ready
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(LIB_A): $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

# Without jq at hand the file is empty, and ztransform does this at each start.
$(B)/prepared.json: src/ztransform/map/prepare.jq src/ztransform/map/map.json
	@mkdir -p $(@D)
	$(Q)jq -c -f $^ >$@.tmp 2>/dev/null || : >$@.tmp; mv $@.tmp $@
$(B)/assets.c: lib/base/embed.sh $(ASSETS) $(B)/prepared.json
	@mkdir -p $(@D)
	$(Q)sh lib/base/embed.sh $(B)/prepared.json >$@.tmp && mv $@.tmp $@
$(B)/assets.o: $(B)/assets.c | $(B)/ready
	$(Q)$(COMPILE) -c -o $@ $<

define program
$(BIN)/$(1): $$(patsubst %.c,$(B)/%.o,$$(wildcard $(addprefix $(2),/*.c /*/*.c /*/*/*.c))) $(LIB_A)
	@mkdir -p $$(@D)
	@echo "ld $$@"
	$(Q)$$(LINK) -o $$@ $$(filter %.o,$$^) $(LIB_A) $(3) $(LIBS)
endef
$(foreach p,$(TOOLS),$(eval $(call program,$(p),src/$(p))))
$(eval $(if $(wildcard tests/mock/main.c),$(call program,zmock,tests/mock,-lmicrohttpd)))

$(SCRIPTS:%=$(BIN)/%): $(BIN)/%: pipelines/% Makefile
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< >$@.tmp && chmod 755 $@.tmp && \
	    mv -f $@.tmp $@

$(B)/unit/%: tests/unit/%.c $(LIB_A)
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(COMPILE) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB_A) $(LIBS)
units: $(UNITS) replays

# Fuzzers: tests/fuzz/NAME_fuzz.c, linked with libFuzzer (NAME_fuzz), and with
# a main() that replays the stored inputs (NAME_replay).
FUZZES   = $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_OBJ = $(B)/tests/fuzz/fixture.o $(patsubst %.c,$(B)/%.o, \
            $(filter-out %/main.c,$(wildcard src/zextract/*.c src/zextract/*/*.c)))
FUZZ_B   = build/fuzz
FUZZ_SAN = -fno-omit-frame-pointer -fno-sanitize-recover=undefined \
           -fsanitize=fuzzer-no-link,address,undefined
FUZZ_TIME ?= 600
$(B)/fuzz/%_replay: $(B)/tests/fuzz/%_fuzz.o $(B)/tests/fuzz/replay.o \
    $(FUZZ_OBJ) $(LIB_A)
	@mkdir -p $(@D)
	@echo "ld $@"
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(LIB_A) $(LIBS)
$(B)/fuzz/%_fuzz: $(B)/tests/fuzz/%_fuzz.o $(FUZZ_OBJ) $(LIB_A)
	@mkdir -p $(@D)
	@echo "ld $@"
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(LIB_A) $(LIBS)
.SECONDARY: $(FUZZES:%=$(B)/tests/fuzz/%_fuzz.o) $(FUZZES:%=$(B)/fuzz/%_fuzz) \
    $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/fixture.o
replays: $(FUZZES:%=$(B)/fuzz/%_replay)
fuzz:
	@command -v clang >/dev/null || { \
	    echo 'fuzz: needs clang with libFuzzer (apt-get install clang)' >&2; \
	    exit 1; }
	$(Q)+$(MAKE) --no-print-directory CC=clang CFLAGS='-O1 -g' \
	    SANFLAGS='$(FUZZ_SAN)' B=$(FUZZ_B) BIN=$(FUZZ_B)/bin \
	    $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS)) -k fuzz-now
fuzz-now: $(FUZZES:%=fuzzed-%)
fuzzed-%: $(B)/fuzz/%_fuzz
	$(Q)sh tests/fuzz/run.sh $(B)/fuzz $* $(FUZZ_TIME)

# A second build with sanitizers, in another directory than the plain build.
sanitized:
	$(Q)+$(MAKE) --no-print-directory SAN=1 B=$(ASAN_B) BIN=$(ASAN_B)/bin all units

# These install missing packages first; then make runs again, because paths are
# determined when it reads this file.
deps:
	$(Q)sh lib/io/deps.sh install
demo check soak bench asan: deps
	$(Q)+$(MAKE) --no-print-directory \
	    $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS)) $@-now

demo-now: all
	$(Q)$(BIN)/ztoq demo
# The plain unit programs that test more than the sanitized ones.
PLAIN    = $(patsubst tests/unit/%.c,$(B)/unit/%,$(shell grep -l __SANITIZE_ADDRESS__ $(UNIT_SRC) /dev/null))
check-now: all replays $(PLAIN) sanitized
	$(Q)$(TEST_ENV) bash tests/run.sh check
soak-now: all units
	$(Q)$(TEST_ENV) bash tests/run.sh soak
# A minimal reader to compare zextract with; it is built with the plain flags.
$(B)/bench/bare: tests/bench/bare.c | $(B)/ready
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) -O2 -std=c11 -Wall -o $@ $< -lcurl -ljq -lsqlite3
bench-now: all $(B)/bench/bare
	$(Q)$(TEST_ENV) bash tests/bench/run.sh
# Not part of check, since it takes minutes and an older commit; equal.bats runs
# it on a small project.
equal cost: all
	$(Q)$(if $(OLD),:,echo '$@: OLD=COMMIT or OLD=DIRECTORY is missing' >&2; exit 64)
	$(Q)$(TEST_ENV) bash tests/equal/$(if $(filter cost,$@),cost,run).sh '$(OLD)'
# Sanitized programs, because the servers follow the vendors' descriptions.
SPECS   ?= ../shared/specs
contract: $(if $(wildcard $(SPECS)/*.yaml),contract-now)
	@$(if $^,:,echo "contract: skipped: no API descriptions in $(SPECS) (SPECS=DIR)")
contract-now: deps
	$(Q)+$(MAKE) --no-print-directory SAN=1 B=$(ASAN_B) BIN=$(ASAN_B)/bin \
	    $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS)) all
	$(Q)$(ASAN) SPECS='$(SPECS)' CONTRACT_OUT='$(abspath $(B))/contract' \
	    bash tests/contract/run.sh
asan-now: sanitized
	$(Q)$(ASAN) bash tests/run.sh check
lint: all
	$(Q)$(TEST_ENV) bash tests/lint/run.sh

SHARE    = $(DESTDIR)$(PREFIX)/share
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/ztoq \
	    $(SHARE)/ztoq $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/man/man7
	install -m 755 $(TOOLS:%=$(BIN)/%) $(BIN)/ztoq $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(filter-out %/ztoq,$(SCRIPTS:%=$(BIN)/%)) \
	    $(ZMOCK) $(DESTDIR)$(PREFIX)/libexec/ztoq
	install -m 644 $(filter-out pipelines/ztoq pipelines/ztoq-%,$(wildcard pipelines/*)) \
	    README.md LICENSE CHANGELOG.md $(SHARE)/ztoq
	install -m 644 man/*.1 $(SHARE)/man/man1
	install -m 644 man/*.5 $(SHARE)/man/man5
	install -m 644 man/*.7 $(SHARE)/man/man7

clean:
	rm -rf $(B) $(BIN)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.DELETE_ON_ERROR:
.PHONY: all units replays sanitized deps demo check soak bench asan fuzz lint \
    install clean fuzz-now demo-now check-now soak-now bench-now asan-now \
    contract contract-now equal cost
