libleecore_a_SOURCES += \
	%D%/bars.h \
	%D%/chart.c %D%/chart.h \
	%D%/check.c %D%/check.h \
	%D%/column_list.c %D%/column_list.h \
	%D%/compare.c %D%/compare.h \
	%D%/drift.c %D%/drift.h \
	%D%/drift_detail.c \
	%D%/deployment_charts.c \
	%D%/deployments.c %D%/deployments.h \
	%D%/experiments.c %D%/experiments.h \
	%D%/facts.c %D%/facts.h \
	%D%/frame.c %D%/frame.h \
	%D%/grid.c %D%/grid.h \
	%D%/json_out.c %D%/json_out.h \
	%D%/models.c %D%/models.h \
	%D%/print.c %D%/print.h \
	%D%/row_ref.c %D%/row_ref.h \
	%D%/rows_json.c %D%/rows_json.h \
	%D%/runs.c %D%/runs.h \
	%D%/runs_json.c %D%/runs_json.h \
	%D%/runs_view.c \
	%D%/series.c %D%/series.h \
	%D%/sheet.c %D%/sheet.h
