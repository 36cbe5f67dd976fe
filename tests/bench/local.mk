# What the bench needs; built by `make check` so that it keeps building.
check_PROGRAMS += %D%/make_store

%C%_make_store_SOURCES = %D%/make_store.c tests/tools/mlflow_schema.h
%C%_make_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_make_store_LDADD = $(CORE_LIBS) -lm
