libleecore_a_SOURCES += \
	%D%/batch.c %D%/batch.h \
	%D%/csv.c \
	%D%/decode_jsonl.c %D%/decode_jsonl.h \
	%D%/events.c %D%/events.h \
	%D%/jsonl.c \
	%D%/probe.c \
	%D%/spot.c \
	%D%/sqlite.c
contract_fixtures += tests/contract/fixtures/events.c
