libleecore_a_SOURCES += \
	%D%/decode_oip.c %D%/decode_oip.h \
	%D%/endpoint.c \
	%D%/oip.c %D%/oip.h %D%/oip_own.h \
	%D%/scrape.c \
	%D%/signals.c %D%/signals.h
contract_fixtures += tests/contract/fixtures/endpoint.c
