libleecore_a_SOURCES += \
	%D%/library.c %D%/library.h \
	%D%/http.c %D%/http.h \
	%D%/http_error.c %D%/http_error.h \
	%D%/http_status.c \
	%D%/retry.c %D%/retry.h \
	%D%/url.c %D%/url.h
