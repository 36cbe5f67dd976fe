libleecore_a_SOURCES += \
	%D%/library.c %D%/library.h \
	%D%/look.c %D%/look.h \
	%D%/own.c %D%/own.h \
	%D%/schema.c %D%/schema.h \
	%D%/slice.c %D%/slice.h \
	%D%/statement.c \
	%D%/store.c %D%/store.h %D%/store_in.h \
	%D%/vfs.c %D%/vfs.h
