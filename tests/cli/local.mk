# The program as scripts meet it: documents, exit codes, words.
check_PROGRAMS += %D%/odd_store
%C%_odd_store_SOURCES = %D%/odd_store.c tests/tools/mlflow_schema.h
%C%_odd_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_odd_store_LDADD = $(CORE_LIBS)

cli_scripts = %D%/bad_input %D%/contract %D%/new_machine %D%/pages
TESTS += $(cli_scripts)
EXTRA_DIST += $(cli_scripts) %D%/golden
