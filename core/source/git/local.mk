libleecore_a_SOURCES += \
	%D%/commits.c %D%/commits.h \
	%D%/git.c
contract_fixtures += tests/contract/fixtures/git.c
