libleecore_a_SOURCES += \
	%D%/feature.c %D%/feature.h \
	%D%/gather.c %D%/gather.h \
	%D%/list.c %D%/list.h \
	%D%/monitor.c %D%/monitor.h %D%/state.h \
	%D%/replay.c %D%/replay.h \
	%D%/report.c \
	%D%/spec.h \
	%D%/windows.c %D%/windows.h
