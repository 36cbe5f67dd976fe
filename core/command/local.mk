libleecore_a_SOURCES += \
	%D%/check.c \
	%D%/columns.c %D%/columns.h \
	%D%/commands.def %D%/options.def \
	%D%/commits.c %D%/commits.h \
	%D%/compare.c \
	%D%/context.c %D%/context.h \
	%D%/demo.c %D%/demo.h \
	%D%/demo_run.c %D%/demo_run.h \
	%D%/deployments.c \
	%D%/doctor.c \
	%D%/drift.c \
	%D%/experiments.c \
	%D%/help.c \
	%D%/line.c %D%/line.h \
	%D%/models.c \
	%D%/monitored.c %D%/monitored.h \
	%D%/names.c %D%/names.h \
	%D%/panes.c %D%/panes.def %D%/panes.h \
	%D%/runs.c \
	%D%/series.c
