libleecore_a_SOURCES += \
	%D%/board.c %D%/board.h \
	%D%/engine.c %D%/engine.h \
	%D%/find.c %D%/find.h \
	%D%/outside.c %D%/outside.h \
	%D%/read.c %D%/read.h \
	%D%/schedule.c \
	%D%/thread.c \
	%D%/worker.c
