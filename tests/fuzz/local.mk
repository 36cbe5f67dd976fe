# libFuzzer targets: ./configure --enable-fuzzing --enable-asan --enable-ubsan CC=clang, then
# `make fuzz` runs each for a minute, `make fuzz FUZZ_SECONDS=10` shorter.
FUZZ_SECONDS = 60
fuzz_targets = \
	%D%/text
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_ldadd = libleecore.a $(CORE_LIBS) -lm

if FUZZING
noinst_PROGRAMS += $(fuzz_targets)
endif

fuzz: $(fuzz_targets)
	$(top_srcdir)/%D%/run $(FUZZ_SECONDS) $(top_srcdir)/%D%/corpus $(fuzz_targets)
.PHONY: fuzz

%C%_text_SOURCES = %D%/text.c %D%/fuzz.h
%C%_text_LDFLAGS = $(fuzz_ldflags)
%C%_text_LDADD = $(fuzz_ldadd)

EXTRA_DIST += %D%/corpus %D%/run
