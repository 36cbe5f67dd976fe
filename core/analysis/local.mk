libleecore_a_SOURCES += \
	%D%/axis.c %D%/axis.h \
	%D%/m4.c %D%/m4.h
