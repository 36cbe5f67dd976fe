# What every source must hold to, tried on the fixtures that the sources' fragments name.
if HAVE_CMOCKA
check_PROGRAMS += %D%/source
TESTS += %D%/source
endif

%C%_source_SOURCES = %D%/source.c %D%/contract.h %D%/world.c %D%/world.h $(contract_fixtures)
%C%_source_LDADD = $(unit_ldadd)
