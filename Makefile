# make            build/tuijin and build/tuijin-tck
# make unit       unit tests under the address and undefined-behaviour sanitizers
# WERROR=-Werror   warnings are errors, as in ./test and make check
# make check      layering, SQL literals, sizes, formatting, a second compiler, cppcheck
# make web        the front end into web/dist
# make deb        the Debian package, looked at by lintian (needs build-essential, debhelper, git, lintian)
# make sbom       what the program holds and links, as CycloneDX: build/tuijin.cdx.json
# make types      the front end's types of rows, from the field tables
# make update     the npm packages, to their latest versions (CONTRIBUTING.md)
# make fuzz       the libFuzzer targets (not part of the tests)
# make bench      speed, as ratios in one run
# make bench-instructions  the same as instructions, by callgrind

# where tools/setup puts the Node that builds the pages
export PATH := $(CURDIR)/build/node/bin:$(PATH)
CC      ?= gcc
# Where ccache is, a clean clone compiles only what is new; its entries name no folder.
CCACHE  := $(if $(findstring ccache,$(CC)),,$(shell command -v ccache))
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
CLANG   ?= clang
PKGS    := zlib sqlite3 libpq libmicrohttpd expat xlsxwriter libzip pangocairo libqpdf libsodium \
           libcrypto libpcre2-8 libutf8proc libqrencode
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers $(WERROR)
CFLAGS  ?= -O2 -g
# xlsxwriter.pc names minizip's folder, whose zip.h would stand before libzip's
INCS    := -Isrc -I. $(patsubst -I%,-isystem %,$(filter-out %/minizip, \
           $(shell pkg-config --cflags-only-I $(PKGS) 2>/dev/null)))
ALL     := -std=c17 -D_GNU_SOURCE $(WARN) $(INCS) -MMD -MP
LIBS    := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -l:libbidgcc000.a -lm -lpthread -ldl
SAN     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

SOURCES := $(sort $(shell find src -name '*.c'))
MAINS   := src/main.c src/tck.c
TESTS   := $(filter %_test.c %_testing.c,$(SOURCES))
PARTS   := $(filter-out $(MAINS) $(TESTS),$(SOURCES))
SQL     := $(sort $(shell find src -name '*.sql'))
GEN     := build/gen/sql.c build/gen/web.c build/gen/licence.c
OBJS    := $(PARTS:%.c=build/o/%.o) $(GEN:%.c=%.o)
TESTOBJS := $(TESTS:%.c=build/o/%.o) build/o/tests/test.o
SANOBJS := $(PARTS:%.c=build/san/%.o) $(TESTS:%.c=build/san/%.o) build/san/tests/test.o \
           $(GEN:build/gen/%.c=build/san/gen/%.o)

all: build/tuijin build/tuijin-tck

build/tuijin: build/o/src/main.o build/libtuijin.a
	$(CC) $(LDFLAGS) -o $@ $< build/libtuijin.a $(LIBS)

build/tuijin-tck: build/o/src/tck.o build/libtuijin.a
	$(CC) $(LDFLAGS) -o $@ $< build/libtuijin.a $(LIBS)

build/libtuijin.a: $(OBJS)
	@rm -f $@
	ar rcs $@ $^

build/tuijin-test: $(SANOBJS)
	$(CC) $(SAN) -o $@ $^ $(LIBS) -lcmocka

# the same without sanitizers, for the second run over the same C: on PostgreSQL
build/tuijin-test-plain: $(TESTOBJS) build/libtuijin.a
	$(CC) $(LDFLAGS) -o $@ $(TESTOBJS) build/libtuijin.a $(LIBS) -lcmocka

build/o/%.o: %.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(ALL) $(CFLAGS) -c -o $@ $<

build/san/%.o: %.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(ALL) $(SAN) -c -o $@ $<

build/gen/%.o: build/gen/%.c
	$(CCACHE) $(CC) $(ALL) $(CFLAGS) -c -o $@ $<

build/san/gen/%.o: build/gen/%.c
	@mkdir -p $(@D)
	$(CCACHE) $(CC) $(ALL) $(SAN) -c -o $@ $<

# what an installation begins with where init names no folder of divisions
build/gen/divisions.gz: data/shandong/divisions.tsv
	@mkdir -p $(@D)
	gzip -9 -n -c $< > $@

build/o/src/modules/region/divisions.o build/san/src/modules/region/divisions.o \
    build/clang/src/modules/region/divisions.o: build/gen/divisions.gz data/shandong/former.tsv data/shandong/tiles.tsv

build/o/src/commands/demo_dossier.o build/san/src/commands/demo_dossier.o \
    build/clang/src/commands/demo_dossier.o: data/shandong/demo.json

build/o/src/policy/pack/dossier.o build/san/src/policy/pack/dossier.o \
    build/clang/src/policy/pack/dossier.o: data/shandong/paper-former.json

build/o/src/core/access/guess.o build/san/src/core/access/guess.o build/clang/src/core/access/guess.o: \
    data/common-words.tsv

build/o/src/base/han.o build/san/src/base/han.o build/clang/src/base/han.o: \
    data/simplified.tsv data/pinyin.txt

build/o/src/modules/publication/public.o build/san/src/modules/publication/public.o \
    build/clang/src/modules/publication/public.o: src/modules/publication/public.css

build/gen/sql.c: $(SQL) tools/embed-sql
	@mkdir -p $(@D)
	sh tools/embed-sql $(SQL) > $@

# WEB=0 embeds the front end that is there, or none, without building it.
WEB ?= 1
ifeq ($(WEB)$(wildcard web/package.json),1web/package.json)
WEBDIST := web/dist/index.html
else
WEBDIST := $(wildcard web/dist/index.html)
endif

build/gen/web.c: tools/embed-web $(WEBDIST)
	@mkdir -p $(@D)
	sh tools/embed-web web/dist build/gen > $@

# The texts come with the pages' packages; WEB=0 takes those that are there and fetches none.
build/gen/licence.c: tools/licences data/licences.tsv web/package-lock.json \
                     $(if $(filter 0,$(WEB)),,web/node_modules/.package-lock.json)
	@mkdir -p $(@D)
	sh tools/licences $(PKGS) > $@.part
	mv $@.part $@

# CycloneDX: what the program holds and links
sbom: build/tuijin
	build/tuijin licences --format json > build/tuijin.cdx.json

unit: build/tuijin-test build/tuijin-test-plain build/tuijin
	sh tools/test-unit

# what every landing runs: unit tests without PostgreSQL, and the checks that take seconds
quick: build/tuijin-test build/tuijin
	build/tuijin-test > build/unit.log 2>&1 || { tail -n 60 build/unit.log; exit 1; }
	@tail -n 1 build/unit.log

check: all
	sh tools/check

# everything once more with the other compiler, objects only
second: $(PARTS:%.c=build/clang/%.o) $(TESTS:%.c=build/clang/%.o) $(MAINS:%.c=build/clang/%.o)

build/clang/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(filter-out -MMD -MP,$(ALL)) -Wno-gnu-statement-expression -Wno-string-conversion -Wno-enum-float-conversion -fsyntax-only $< && touch $@

web: $(WEBDIST)

ifneq ($(WEB),0)
web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/*.ts web/*.html \
                     web/*.json -type f 2>/dev/null)
	cd web && npm run build --silent
endif

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --silent
	@touch $@

update:
	sh tools/update

types: build/tuijin
	build/tuijin types > web/src/api/rows.ts

clean:
	rm -rf build

-include $(shell find build -path build/fresh -prune -o -type f -name '*.d' -print 2>/dev/null)

# libFuzzer targets: tests/fuzz/NAME.c, corpus in tests/fuzz/corpus/NAME
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZFLAGS := -std=c17 -D_GNU_SOURCE -MMD -MP $(INCS) -g -O1 -fsanitize=address,undefined
fuzz: $(FUZZERS)

build/fuzz/%: build/fuzz/tests/fuzz/%.o $(PARTS:%.c=build/fuzz/%.o) $(GEN:build/gen/%.c=build/fuzz/gen/%.o)
	$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

build/fuzz/gen/%.o: build/gen/%.c
	@mkdir -p $(@D)
	$(CLANG) $(FUZZFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

.PHONY: update sbom second all unit quick check web types powercut clean fuzz bench bench-instructions

# a disk that loses its power under the store
build/powercut: $(patsubst %.c,build/san/%.o,$(wildcard tests/powercut/*.c)) \
                $(PARTS:%.c=build/san/%.o) $(GEN:build/gen/%.c=build/san/gen/%.o)
	$(CC) $(SAN) -o $@ $^ $(LIBS)

powercut: build/powercut
	build/powercut

# speed (bench/README.md): figures into docs/bench.md, nothing is asserted on a time
EXAMPLES ?= ../shared/examples
BENCHES  := $(patsubst bench/%.c,build/bench/%,$(filter-out bench/bench.c,$(wildcard bench/*.c)))

bench: all $(BENCHES)
	sh bench/run $(EXAMPLES)

bench-instructions: build/bench/rules
	sh bench/instructions $(EXAMPLES)

build/bench/%: build/o/bench/%.o build/o/bench/bench.o build/libtuijin.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< build/o/bench/bench.o build/libtuijin.a $(LIBS)

# the rules engine alone, as a static library: make install-rules PREFIX=/usr/local
PREFIX       ?= /usr/local
RULES_OBJS    = $(filter build/o/src/base/% build/o/src/rules/%,$(OBJS))
RULES_HEADERS = rules/dmn.h rules/dmn_model.h rules/feel.h rules/json_value.h rules/part.h \
                rules/type.h rules/value.h base/arena.h base/cx.h base/date.h base/decimal.h \
                base/json.h base/text.h base/xml.h

build/libtuijin-rules.a: $(RULES_OBJS)
	@rm -f $@
	ar rcs $@ $^

.PHONY: install-rules
install-rules: build/libtuijin-rules.a
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 build/libtuijin-rules.a $(DESTDIR)$(PREFIX)/lib
	install -D -m 644 tools/tuijin-rules.3 $(DESTDIR)$(PREFIX)/share/man/man3/tuijin-rules.3
	for h in $(RULES_HEADERS); do \
	    install -D -m 644 src/$$h $(DESTDIR)$(PREFIX)/include/tuijin/$$h || exit 1; done
	sed 's|@PREFIX@|$(PREFIX)|' tools/tuijin-rules.pc > \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/tuijin-rules.pc

# the Debian package, of what git knows, built in a copy with Debian's flags
DEB := build/deb/tuijin
.PHONY: deb
deb: $(WEBDIST)
	rm -rf build/deb && mkdir -p $(DEB)
	git ls-files -z | tar c --null -T - | tar x -C $(DEB)
	ln -s $(CURDIR)/web/node_modules $(DEB)/web/node_modules
	cp -r web/dist $(DEB)/web/dist
	cd $(DEB) && WEB=0 dpkg-buildpackage -b -us -uc
	lintian --fail-on error,warning build/deb/*.changes
