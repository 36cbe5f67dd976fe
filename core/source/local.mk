libleecore_a_SOURCES += \
	%D%/ask.c %D%/ask.h \
	%D%/io.c %D%/io.h \
	%D%/io_world.c \
	%D%/libraries.c %D%/libraries.h \
	%D%/login.c %D%/login.h \
	%D%/query.c %D%/query.h \
	%D%/registry.def \
	%D%/source.c %D%/source.h
