libleecore_a_SOURCES += \
	%D%/words.c %D%/words.h
