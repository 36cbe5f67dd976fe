libleecore_a_SOURCES += \
	%D%/commits.c %D%/commits.h \
	%D%/git.c
