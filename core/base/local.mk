libleecore_a_SOURCES += \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/err.c %D%/err.h \
	%D%/map.c %D%/map.h \
	%D%/mem.c %D%/mem.h \
	%D%/num.c %D%/num.h \
	%D%/str.c %D%/str.h \
	%D%/text.c %D%/text.h %D%/text_table.h

EXTRA_DIST += %D%/text_table.py
