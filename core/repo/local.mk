libleecore_a_SOURCES += \
	%D%/distance.c \
	%D%/files.c \
	%D%/includes.c \
	%D%/loose.c \
	%D%/make.c %D%/make.h \
	%D%/repo.c %D%/repo.h %D%/repo_own.h
