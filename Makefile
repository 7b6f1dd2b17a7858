# SPDX-License-Identifier: 0BSD
# All that is made goes into build/, and the configuration into .config; with O=DIR both go into DIR.
# CFLAGS, CPPFLAGS, LDFLAGS (environment or command line) stand behind our own flags: they win, and replace nothing.
# The lines that begin with two # are what `make help` prints.

B := $(or $(O:/=),build)
export KCONFIG_CONFIG := $(if $(O),$B/).config
export APPLETS_KCONFIG := $B/applets.kconfig
MAKEFLAGS += -rR
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
tell = $(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  $1	$2')
comma := ,
run = $(if $V,,@$(call tell,$1,$@);)

# ---- tools ---------------------------------------------------------------------------------------------------------
# CROSS_COMPILE: here, or in .config. Without it musl-gcc, or on a machine whose own libc is musl its own gcc.
CROSS := $(or $(CROSS_COMPILE),$(shell sed -n 's/^CONFIG_CROSS_COMPILE="\(.*\)"$$/\1/p' $(KCONFIG_CONFIG) 2>/dev/null))
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(if $(CROSS),$(CROSS)gcc,$(if $(findstring musl,$(shell gcc -dumpmachine 2>/dev/null)),gcc,musl-gcc))
endif
STRIP ?= $(CROSS)strip
KCONF := $(shell command -v kconfig-conf)
# There is no musl-clang: CC=clang is told where musl is (MUSL=its lib directory, if it is not found).
ifneq ($(findstring clang,$(CC)),)
MUSL ?= $(firstword $(wildcard /usr/lib/$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))-linux-musl \
	/usr/local/musl/lib /usr/lib/musl/lib))
endif

# ---- flags ---------------------------------------------------------------------------------------------------------
warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wwrite-strings -Wundef -Wvla -Wformat=2 $(if $(WERROR),-Werror)
cppflags := -D_GNU_SOURCE -include $B/autoconf.h $(if $(MUSL),-nostdlibinc -isystem $(subst /lib,/include,$(MUSL)))
places := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$B=build
untabled := -fno-unwind-tables -fno-asynchronous-unwind-tables
# what the menu "Build" says of hardening; looked up when it is used, as .config may be made in the same go
hard = $(shell grep -x 'CONFIG_BUILD_$1=y' $(KCONFIG_CONFIG) 2>/dev/null)
hardening = $(if $(call hard,PIE),-fpie) $(if $(call hard,STACK_PROTECTOR),-fstack-protector-strong)
# small: no tables for unwinding, no position independence, each function and object of its own to be dropped;
# and the same bytes in whatever directory it is built (-g: for initbox.unstripped only)
cflags = -std=c11 $(warnings) -Os -g -fno-pie -fomit-frame-pointer -fno-stack-protector -fno-ident \
	$(untabled) -ffunction-sections -fdata-sections $(places) $(hardening)
# smaller still, where the compiler knows how (gcc 12): the whole program at once, no floating point to save, libc's
# start without gcc's own, and none of what makes a program faster and longer (each of them measured). SMALL= turns it off.
# (What the unit tests are linked with has machine code beside it, which takes as long again to make.)
SMALL ?= $(call try,-Oz -flto -flto-partition=one $(if $(filter units $B/unit/%,$(MAKECMDGOALS)),-ffat-lto-objects) -mgeneral-regs-only -fipa-pta -fno-expensive-optimizations \
	-fno-shrink-wrap -fno-tree-tail-merge -fno-caller-saves -fno-if-conversion -fno-tree-loop-im \
	-fno-forward-propagate -fno-tree-dominator-opts -fno-move-loop-invariants -fno-ipa-sra \
	-fno-hoist-adjacent-loads -fno-partial-inlining -fno-jump-tables \
	-fno-optimize-sibling-calls -fno-ssa-phiopt -fno-ipa-modref)
try = $(if $(findstring gcc,$(CC)),$(shell $(CC) $1 -c -x c /dev/null -o /dev/null 2>/dev/null && echo '$1'))
# x86: tables are aligned as their elements, not for a cache
small := $(strip $(SMALL) $(if $(SMALL),$(call try,-malign-data=abi)))
# x86: a stack of 8 bytes' alignment will do where nobody uses a vector register, which a test looks for. At the link only,
# as the unit tests call their libc and are called back
small_stack = $(if $(small),$(call try,-mpreferred-stack-boundary=3))
startfile := $(filter /%crt1.o,$(shell $(CC) -\#\#\# -static -x c /dev/null 2>&1))
crt1 := $(if $(small),$(startfile))
# a program that can stand anywhere relocates itself, which is musl's rcrt1.o; neither gcc's nor clang's own way to say it
# knows where Debian has that
rcrt1 = $(or $(wildcard $(if $(MUSL),$(MUSL)/,$(dir $(startfile)))rcrt1.o),$(error BUILD_PIE: $(CC) has no rcrt1.o of musl))
anywhere := -Wl,-pie,--no-dynamic-linker,-z,text -nostartfiles
crt = $(if $(call hard,PIE),$(anywhere) $(rcrt1),$(crt1:%=-nostartfiles %))
# and not the whole of libc's either, where it is musl (libbb/start.h): a program is linked so to see whether it can be
start = $(if $(crt1),$(shell echo 'int main(void) { return 0; }' | $(CC) -static -nostartfiles $(crt1) \
	-Wl,--defsym,__libc_start_main=start_main libbb/start.c -x c - -o /dev/null 2>/dev/null && \
	echo '-Wl,--defsym,__libc_start_main=start_main'))
STATIC ?= -static $(if $(MUSL),-B$(MUSL) -L$(MUSL),-no-pie)
# (common-page-size: the data begin right behind the code, not on the next page: 2 KiB of padding less in the file)
# (What becomes read-only ends with a page. strip forgets that it does, where an empty .eh_frame is taken away.)
relro := -z,relro,-z,now
norelro := -z,norelro,-z,common-page-size=64
ldflags = -Wl,--gc-sections,--sort-section=name,--build-id=none,-z,noseparate-code,$(if $(call hard,RELRO),$(relro),$(norelro))

# ---- initbox -------------------------------------------------------------------------------------------------------
lib := $(patsubst %.c,$B/%.o,$(sort $(wildcard libbb/*.c)))
obj := $(patsubst %.c,$B/%.o,$(sort $(wildcard applets/*.c))) $(lib)

## all              build/initbox, and initbox.unstripped beside it (V=1 shows the commands, WERROR=1 forgives nothing)
all: $B/initbox

$B/initbox: $B/initbox.unstripped
	$(call run,STRIP)$(STRIP) -s -R .comment -R '.note*' $(if $(call hard,RELRO),,-R .eh_frame) -o $@ $<

$B/initbox.unstripped: $(obj)
	$(call run,LD)$(CC) $(if $(small),$(small) $(small_stack) $(untabled)) $(places) $(CFLAGS) $(STATIC) $(ldflags) \
		$(hardening) $(crt) $(start) $(LDFLAGS) -o $@ $(obj)

$B/%.o: %.c $B/autoconf.h $B/flags
	@mkdir -p $(@D)
	$(call run,CC)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(small) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(obj:.o=.d)

# another compiler or flag: all anew
$B/flags: $(KCONFIG_CONFIG) FORCE
	@mkdir -p $B
	@echo '$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(small) $(CFLAGS) $(STATIC) $(LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(small) $(CFLAGS) $(STATIC) $(LDFLAGS)' > $@

# the programs of the tests: libbb's unit tests, one a room, the victim, and who takes a dead one's number
$B/unit/%: tests/unit/%.c $(wildcard tests/unit/*.h) $(lib)
	@mkdir -p $(@D)
	$(call run,UNIT)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) -Wno-missing-field-initializers $(if $(small),-fno-lto) $(CFLAGS) $(STATIC) $(ldflags) $(LDFLAGS) -o $@ $< $(lib)

$B/victim $B/recycle $B/fault $B/old: $B/%: tests/%.c $B/autoconf.h $B/flags
	$(call run,TEST)$(CC) $(cppflags) $(cflags) $(STATIC) $(ldflags) -o $@ $<

## units            the programs that the tests need: victim, recycle, fault, old, and unit/ROOM of each tests/unit/ROOM.c
units: $B/victim $B/recycle $B/fault $B/old $(patsubst tests/%.c,$B/%,$(sort $(wildcard tests/unit/*.c)))

# the fuzzers, a parser each (tests/fuzz.sh tells the compiler)
$B/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) $(lib)
	@mkdir -p $(@D)
	$(call run,FUZZ)$(CC) $(cppflags) $(cflags) $(CFLAGS) -fsanitize=fuzzer $(STATIC) $(ldflags) \
		-Wl,--allow-multiple-definition -o $@ $< $(filter-out %/start.o,$(lib))

# ---- configuration -------------------------------------------------------------------------------------------------
# Each applet's Kconfig block stands at the head of its file; the file's name before it is for kconfig's messages.
$(APPLETS_KCONFIG): $(sort $(wildcard applets/*.c))
	@mkdir -p $B
	@awk '/^\/\*config$$/ { print "# " FILENAME; on = 1; next } on && /^\*\/$$/ { on = 0; print "" } on' $^ > $@.new
	@cmp -s $@.new $@ && rm $@.new && touch $@ || mv $@.new $@

$B/autoconf.h: $(KCONFIG_CONFIG)
	@sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=y$$/#define \1 1/p; s/^\(CONFIG_[A-Z0-9_]*\)=\(["0-9].*\)/#define \1 \2/p' $< > $@.new
	@cmp -s $@.new $@ && rm $@.new && touch $@ || mv $@.new $@

# What .config does not tell gets its default: from kconfig-conf, or where there is none from a little awk.
kconfig = $(or $(KCONF),$(error $@ needs kconfig-conf (Debian: kconfig-frontends-nox); a plain make, defconfig, \
	NAME_defconfig and olddefconfig do without))
resolve = @touch -a $(KCONFIG_CONFIG) && $(if $(KCONF),$(KCONF) --olddefconfig Kconfig >/dev/null,awk -f configs/olddefconfig.awk $(KCONFIG_CONFIG) \
	Kconfig $(APPLETS_KCONFIG) > $B/config.new && mv $B/config.new $(KCONFIG_CONFIG)) && touch $(KCONFIG_CONFIG)

# (a verb named beside another target comes before it)
$(KCONFIG_CONFIG): Kconfig $(APPLETS_KCONFIG) $(filter-out savedefconfig,$(filter %config,$(MAKECMDGOALS)))
	@test -f $@ || { $(call tell,CONFIG,configs/default_defconfig); cp configs/default_defconfig $@; }
	$(resolve)

## defconfig        .config with all that is finished: the same as default_defconfig
defconfig: default_defconfig
## NAME_defconfig   .config from configs/NAME_defconfig
%_defconfig: configs/%_defconfig $(APPLETS_KCONFIG)
	@cp $< $(KCONFIG_CONFIG)
	$(resolve)
## olddefconfig     keep .config, defaults for what is new
olddefconfig: $(APPLETS_KCONFIG)
	$(resolve)
## menuconfig       edit .config: menus
## nconfig          edit .config: menus, another look
menuconfig nconfig: $(APPLETS_KCONFIG)
	@$(kconfig:conf=$(subst menu,m,$(@:config=conf))) Kconfig
## oldconfig        keep .config, ask for what is new
## allnoconfig      as little as can be
## allyesconfig     everything
## randconfig       by the dice; KCONFIG_SEED=N throws the same again
oldconfig allnoconfig allyesconfig randconfig: $(APPLETS_KCONFIG)
	@$(kconfig) --$@ Kconfig
## savedefconfig    build/defconfig: only what differs from the defaults
savedefconfig: $(KCONFIG_CONFIG)
	@$(kconfig) --savedefconfig=$B/defconfig Kconfig && $(call tell,CONFIG,$B/defconfig)

# ---- installation --------------------------------------------------------------------------------------------------
# The directories are those of applets/applets.h: /sbin, /bin, /usr/bin, ... below DESTDIR. With PREFIX=/usr/local
# they are /usr/local/sbin, /usr/local/bin. The new binary is never run; what is not ours is left alone.
bin := $(DESTDIR)$(PREFIX)/bin/initbox
man := $(DESTDIR)$(or $(PREFIX),/usr)/share/man

kind = $(shell sed -n 's/^CONFIG_INSTALL_\(.*LINKS\)=y/\1/p' $(KCONFIG_CONFIG))
row = -F '[(,") ]+'
listed = $(shell awk $(row) '/^X/ { print $$4 "/" $$3 }' applets/applets.h)
chosen = $(shell awk $(row) 'NR == FNR { on[$$0]; next } /^X/ && ("CONFIG_" $$2 "=y") in on { print $$4 "/" $$3 }' \
	$(KCONFIG_CONFIG) applets/applets.h)
path = $(DESTDIR)$(if $(PREFIX),$(PREFIX)/$(1:usr/%=%),/$1)
to_bin = $(if $(PREFIX),,$(if $(filter usr/%,$1),../))../bin/initbox
link = $(if $(filter SYMLINKS,$(kind)),ln -s $(to_bin),ln $(bin)) $(path)
manuals = $(wildcard $(foreach x,$1 initbox,applets/$(notdir $x).[18]))
page = $(man)/man$(subst .,,$(suffix $1))/$(notdir $1)
remove = @$(foreach x,$(listed),if [ $(call path,$x) -ef $(bin) ]; then rm -f $(call path,$x); fi;) rm -f $(bin); \
	$(foreach m,$(call manuals,$(listed)),if cmp -s $m $(call page,$m); then rm -f $(call page,$m); fi;)

## install          initbox, its links and manuals to DESTDIR and PREFIX (REPLACE=1: also over other tools of the name)
install: all
	$(remove)
	@install -D -m 755 $B/initbox $(bin) && $(call tell,INSTALL,$(bin))
	@taken=0; $(foreach x,$(if $(filter NO_LINKS,$(kind)),,$(chosen)),f=$(call path,$x); \
		if [ -e $$f -o -L $$f ] && [ -z '$(REPLACE)' ]; then taken=1; echo "$$f is not ours: left alone" >&2; \
		else mkdir -p $${f%/*} && rm -f $$f && $(call link,$x) || exit 1; fi;) \
	$(foreach m,$(call manuals,$(chosen)),install -D -m 644 $m $(call page,$m) || exit 1;) exit $$taken
## uninstall        take them away again, and nothing else
uninstall:
	$(remove)

# ---- checks --------------------------------------------------------------------------------------------------------
## check            build and run all tests (T='pidof killall': these files; AGAINST=busybox: the same tests, its tools)
check:
	@O='$B' tests/run.sh $T
## demo             the main job on a real lighttpd, as a story
demo:
	@tests/demo.sh
## bench            the figures of the README: size, system calls a process, how late a stop is back, what a start costs
bench: all
	@INITBOX='$B/initbox' tests/bench.sh
## bench-init       those of an init and a supervisor, beside tini, dumb-init, catatonit, runsv, s6: a quarter of an hour
bench-init: all
	@O='$B' INITBOX='$B/initbox' tests/bench-init.sh $T
## scripts          Debian's own init scripts on its own daemons: the same as with dpkg's start-stop-daemon (root)
scripts: all
	@O='$B' INITBOX='$(abspath $B/initbox)' tests/debian-scripts.sh
## boot             Debian's own kernel in qemu, with daemons that initbox starts and stops (ARCH='x86_64 aarch64')
boot:
	@O='$B' tests/boot.sh $(ARCH)
## matrix           how many cases of the tests each of the tools that initbox replaces passes
matrix:
	@tests/matrix.sh
## sanitize         the tests with the address and undefined behaviour sanitizers (T=: these files)
sanitize:
	@O='$B' UNDER=asan tests/run.sh $T
## valgrind         the tests under valgrind's memcheck
valgrind:
	@O='$B' UNDER=valgrind tests/run.sh $T
## sweep            each system call of the applets fails once in each way that it may, or is the last: ten minutes
sweep:
	@FEW= LIMIT=3000 tests/run.sh fault
## old              the applets as on Linux 3.10, as in a container whose filter is older than that, and without pidfds
old:
	@O='$B' PASSES='OLD=ENOSYS OLD=EPERM INITBOX_NO_PIDFD=1' tests/run.sh $T
## coverage         which lines and branches the tests reach, what they do not, and why (T=: those of these files)
coverage:
	@O='$B' tests/coverage.sh $T
## mutate           libbb with one fault at a time: which of them no test notices (T='num sig': rooms; N=200: a sample)
mutate:
	@O='$B' N='$N' tests/mutate.pl $T
## fuzz             TIME=60s (10m, 1h) of fuzzing in all (T='stat opt': these parsers): libFuzzer, then AFL++
fuzz:
	@O='$B' tests/fuzz.sh $T
## cross            other processors: sizes, and the unit tests under qemu-user (ARCH='i386 s390x': these)
cross:
	@O='$B' tests/cross.sh $(ARCH)
## randcheck        tiny, router and N=1 random configurations: no warning, and the tests that apply to them
randcheck:
	@O='$B' N='$N' tests/run.sh random
# (leaks: of the test programs only, which end; there is no heap in initbox)
## lint             clang-tidy (.clang-tidy), gcc's analyzer, cppcheck, mandoc, shellcheck: what they find is a failure
lint: lint-tidy lint-gcc lint-rest
lint-tidy lint-gcc lint-rest: lint-tools $B/autoconf.h
lint-tools:
	@tests/need.sh gcc:gcc clang-tidy:clang-tidy cppcheck:cppcheck mandoc:mandoc shellcheck:shellcheck
lint-tidy:
	$(call tidy,$(linted) tests/unit/*.c)
lint-gcc:
	@for f in $(linted); do gcc -fanalyzer -Wno-analyzer-malloc-leak -Werror -O1 $(lint_flags) -c -o /dev/null $$f || exit 1; done
lint-rest:
	@cppcheck -q --std=c11 --enable=warning,portability,performance --inline-suppr -D_GNU_SOURCE \
		--error-exitcode=1 --include=$B/autoconf.h -i tests/fuzz applets libbb tests
	@mandoc -T lint -W warning applets/*.[18]
	@shellcheck tests/*.sh tests/*.bash .ci/run
## analyze          clang's analyzer, path by path: minutes
analyze: $B/autoconf.h
	@tests/need.sh clang-tidy:clang-tidy
	$(call tidy,--checks='-*$(comma)clang-analyzer-*$(not_analyzed:%=$(comma)-clang-analyzer-%)' $(linted))
# A struct's fields stand in the order of their meaning. A va_list that came through two functions is taken for one that
# never was begun.
not_analyzed := security.insecureAPI.* optin.performance.Padding valist.Uninitialized
# (the fuzz targets make of an applet's rows what cppcheck cannot follow: their own build has all of clang's warnings)
# what it finds is on stdout; how many of a header's warnings it does not show, on stderr
tidy = @clang-tidy --quiet $1 -- $(lint_flags) 2> $B/tidy || { cat $B/tidy >&2; exit 1; }
linted = $(wildcard applets/*.c libbb/*.c tests/*.c)
lint_flags = $(cppflags) -std=c11 -DREPORTS='""' -DCOVERAGE='""'
## format           clang-format has the last word
format:
	clang-format -i $(sources)
sources = $(wildcard applets/*.[ch] libbb/*.[ch] tests/*.c tests/unit/*.[ch])

# The price of a symbol: what initbox in the default configuration gains or loses by turning it over.
priced = $(shell awk '/^(end)?choice/ { c = !c } /^config / { s = $$2 } /^\tbool "/ && !c { print s }' \
	Kconfig $(APPLETS_KCONFIG))
# What depends on what is off by default is measured beside that.
beside_BUILD_RELRO := BUILD_PIE
## size             the price of each symbol in bytes: what turning it off saves in the default configuration
size: $B/prices
	@cat $<
$B/prices: $(APPLETS_KCONFIG) FORCE
	@$(MAKE) -s O=$B/price/base default_defconfig && $(MAKE) -s O=$B/price/base
	@$(MAKE) -s $(patsubst %,$B/price/%/initbox,$(sort $(foreach s,$(priced),$s $(beside_$s))))
	@{ $(foreach s,$(priced),echo $s $$(wc -c < $B/price/$(or $(beside_$s),base)/initbox) \
		$$(wc -c < $B/price/$s/initbox);) } | \
		awk '{ n = $$2 - $$3; print $$1, n < 0 ? -n : n }' > $@
$B/price/%/initbox: FORCE
	@mkdir -p $(@D)
	@sed -E 's/^CONFIG_$*=y$$/# CONFIG_$* is not set/; t; s/^# (CONFIG_($*|$(beside_$*))) is not set$$/\1=y/$(if \
		$(beside_$*),; $$ a CONFIG_$*=y)' \
		$B/price/base/.config > $(@D)/.config
	@$(MAKE) -s O=$(@D) olddefconfig && $(MAKE) -s O=$(@D)
## prompts          write the measured prices into the Kconfig prompts
prompts: $B/prices
	@for f in Kconfig applets/*.c; do awk 'NR == FNR { price[$$1] = $$2; next } /^config / { s = $$2 } \
		/^\tbool "/ && s in price { \
		sub(/( \([0-9]+ bytes\))?"$$/, " (" price[s] " bytes)\"") } { print }' $< $$f > $B/prompts.new && \
		{ cmp -s $B/prompts.new $$f || cp $B/prompts.new $$f; }; done
## baseline         keep this build to compare with
baseline: all
	cp $B/initbox.unstripped $B/baseline
## bloat            which functions and objects grew or shrank since then
bloat: all
	@nm -S -t d $B/baseline > $B/bloat.was && nm -S -t d $B/initbox.unstripped > $B/bloat.is
	@awk 'NF == 4 { d[$$4] += FILENAME ~ /was$$/ ? -$$2 : $$2 } \
		END { for (n in d) if (d[n]) { printf "%+7d %s\n", d[n], n; t += d[n] } printf "%+7d in all\n", t }' \
		$B/bloat.was $B/bloat.is | sort -k 2,2

## clean            remove what was built, but .config and the baseline
clean:
	@find $B -mindepth 1 ! -name baseline ! -path '$(KCONFIG_CONFIG)' -delete 2>/dev/null || true
## distclean        remove all that was made
distclean:
	rm -rf $B $(KCONFIG_CONFIG)
## help             this list
help:
	@echo 'make [TARGET] [O=DIR] [V=1] [CC=...] [CROSS_COMPILE=...] [CFLAGS=...] [LDFLAGS=...] [DESTDIR=...] [PREFIX=...]'
	@sed -n 's/^## /  /p' Makefile

FORCE:
.PHONY: FORCE all units defconfig olddefconfig menuconfig nconfig oldconfig allnoconfig allyesconfig \
	randconfig savedefconfig install uninstall check demo bench bench-init scripts matrix sweep old randcheck coverage \
	mutate boot sanitize valgrind cross lint format size prompts baseline bloat clean distclean help analyze \
	fuzz
