# What every source must hold to, tried on the fixtures that the sources' fragments name.
if HAVE_CMOCKA
check_PROGRAMS += %D%/source
TESTS += %D%/source
endif

%C%_source_SOURCES = %D%/source.c %D%/contract.h %D%/world.c %D%/world.h $(contract_fixtures)
%C%_source_LDADD = $(unit_ldadd)

# What every pane must hold to, in every state and at every size.
check_PROGRAMS += %D%/pane
TESTS += %D%/pane

%C%_pane_SOURCES = %D%/pane.c $(stage_sources)
%C%_pane_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_pane_LDADD = $(stage_ldadd)
%C%_pane_LDFLAGS = $(stage_ldflags)
