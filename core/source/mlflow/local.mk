libleecore_a_SOURCES += \
	%D%/decode_rest.c %D%/decode_rest.h \
	%D%/rest.c %D%/rest.h %D%/rest_own.h \
	%D%/rest_history.c \
	%D%/rest_models.c \
	%D%/tally.c %D%/tally.h \
	%D%/words.c %D%/words.h
