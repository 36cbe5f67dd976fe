# libFuzzer targets: ./configure --enable-fuzzing --enable-asan --enable-ubsan CC=clang, then
# `make fuzz` runs each for a minute, `make fuzz FUZZ_SECONDS=10` shorter.
FUZZ_SECONDS = 60
fuzz_targets += \
	%D%/config \
	%D%/csv \
	%D%/events \
	%D%/exposition \
	%D%/filter \
	%D%/json \
	%D%/lines \
	%D%/mlflow_rest \
	%D%/net \
	%D%/oip \
	%D%/print \
	%D%/repo \
	%D%/store \
	%D%/text \
	%D%/yaml \
	%D%/keys \
	%D%/theme
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_ldadd = libleecore.a $(CORE_LIBS) -lm

if FUZZING
noinst_PROGRAMS += $(fuzz_targets)
endif

fuzz: $(fuzz_targets)
	$(top_srcdir)/%D%/run $(FUZZ_SECONDS) $(top_srcdir)/%D%/corpus $(fuzz_targets)
.PHONY: fuzz

%C%_config_SOURCES = %D%/config.c %D%/fuzz.h
%C%_config_LDFLAGS = $(fuzz_ldflags)
%C%_config_LDADD = $(fuzz_ldadd)

%C%_csv_SOURCES = %D%/csv.c %D%/fuzz.h
%C%_csv_LDFLAGS = $(fuzz_ldflags)
%C%_csv_LDADD = $(fuzz_ldadd)

%C%_events_SOURCES = %D%/events.c %D%/fuzz.h
%C%_events_LDFLAGS = $(fuzz_ldflags)
%C%_events_LDADD = $(fuzz_ldadd)

%C%_exposition_SOURCES = %D%/exposition.c %D%/fuzz.h
%C%_exposition_LDFLAGS = $(fuzz_ldflags)
%C%_exposition_LDADD = $(fuzz_ldadd)

%C%_filter_SOURCES = %D%/filter.c %D%/fuzz.h
%C%_filter_LDFLAGS = $(fuzz_ldflags)
%C%_filter_LDADD = $(fuzz_ldadd)

%C%_json_SOURCES = %D%/json.c %D%/fuzz.h
%C%_json_LDFLAGS = $(fuzz_ldflags)
%C%_json_LDADD = $(fuzz_ldadd)

%C%_lines_SOURCES = %D%/lines.c %D%/fuzz.h
%C%_lines_LDFLAGS = $(fuzz_ldflags)
%C%_lines_LDADD = $(fuzz_ldadd)

%C%_keys_SOURCES = %D%/keys.c %D%/fuzz.h
%C%_keys_LDFLAGS = $(fuzz_ldflags)
%C%_keys_LDADD = libleetui.a $(fuzz_ldadd)

%C%_mlflow_rest_SOURCES = %D%/mlflow_rest.c %D%/fuzz.h
%C%_mlflow_rest_LDFLAGS = $(fuzz_ldflags)
%C%_mlflow_rest_LDADD = $(fuzz_ldadd)

%C%_net_SOURCES = %D%/net.c %D%/fuzz.h
%C%_net_LDFLAGS = $(fuzz_ldflags)
%C%_net_LDADD = $(fuzz_ldadd)

%C%_print_SOURCES = %D%/print.c %D%/fuzz.h
%C%_print_LDFLAGS = $(fuzz_ldflags)
%C%_print_LDADD = $(fuzz_ldadd)

%C%_repo_SOURCES = %D%/repo.c %D%/fuzz.h
%C%_repo_LDFLAGS = $(fuzz_ldflags)
%C%_repo_LDADD = $(fuzz_ldadd)

%C%_store_SOURCES = %D%/store.c %D%/fuzz.h
%C%_store_LDFLAGS = $(fuzz_ldflags)
%C%_store_LDADD = $(fuzz_ldadd)

%C%_oip_SOURCES = %D%/oip.c %D%/fuzz.h
%C%_oip_LDFLAGS = $(fuzz_ldflags)
%C%_oip_LDADD = $(fuzz_ldadd)

%C%_text_SOURCES = %D%/text.c %D%/fuzz.h
%C%_text_LDFLAGS = $(fuzz_ldflags)
%C%_text_LDADD = $(fuzz_ldadd)

%C%_yaml_SOURCES = %D%/yaml.c %D%/fuzz.h
%C%_yaml_LDFLAGS = $(fuzz_ldflags)
%C%_yaml_LDADD = $(fuzz_ldadd)

%C%_theme_SOURCES = %D%/theme.c %D%/fuzz.h
%C%_theme_LDFLAGS = $(fuzz_ldflags)
%C%_theme_LDADD = libleetui.a $(fuzz_ldadd)

EXTRA_DIST += %D%/corpus %D%/run
