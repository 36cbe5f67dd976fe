# What every source must hold to. A new source adds the fixture that the suite tries it with.
contract_fixtures = \
	%D%/fixtures/endpoint.c \
	%D%/fixtures/events.c \
	%D%/fixtures/git.c \
	%D%/fixtures/mlflow.c

if HAVE_CMOCKA
check_PROGRAMS += %D%/source
TESTS += %D%/source
endif

%C%_source_SOURCES = %D%/source.c %D%/contract.h %D%/world.c %D%/world.h $(contract_fixtures)
%C%_source_LDADD = $(unit_ldadd)
