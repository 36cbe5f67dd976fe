libleecore_a_SOURCES += \
	%D%/config.c %D%/config.h \
	%D%/config_read.c \
	%D%/secret.c %D%/secret.h \
	%D%/settings.c \
	%D%/sources.c %D%/sources.h \
	%D%/suggest.c %D%/suggest.h
