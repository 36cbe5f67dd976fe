libleecore_a_SOURCES += \
	%D%/build.c %D%/build.h %D%/build_parts.h \
	%D%/build_column.c \
	%D%/build_lists.c \
	%D%/build_runs.c \
	%D%/build_series.c \
	%D%/column.c %D%/column.h \
	%D%/commit.h \
	%D%/deployment.c %D%/deployment.h \
	%D%/detail.c %D%/detail.h \
	%D%/drift.c %D%/drift.h \
	%D%/drift_words.c %D%/drift_words.h \
	%D%/event.h \
	%D%/experiment.h \
	%D%/model.c %D%/model.h \
	%D%/run.c %D%/run.h \
	%D%/series.c %D%/series.h \
	%D%/snapshot.c %D%/snapshot.h
