# What the bench needs; built by `make check` so that it keeps building.
bench_programs = %D%/inside %D%/make_events %D%/make_store
check_PROGRAMS += $(bench_programs)

%C%_inside_SOURCES = %D%/inside.c
%C%_inside_LDADD = libleecore.a $(CORE_LIBS) -lm

%C%_make_events_SOURCES = %D%/make_events.c
%C%_make_events_LDADD = $(CORE_LIBS)

%C%_make_store_SOURCES = %D%/make_store.c tests/tools/mlflow_schema.h
%C%_make_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_make_store_LDADD = $(CORE_LIBS) -lm

# Side by side with MLflow; writes bench.json here and docs/BENCH.md in the tree.
bench: all $(bench_programs)
	BUILD=$(abs_builddir) $(top_srcdir)/%D%/run
.PHONY: bench
EXTRA_DIST += %D%/bench.py %D%/run
