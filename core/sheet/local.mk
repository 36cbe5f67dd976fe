libleecore_a_SOURCES += \
	%D%/bars.h \
	%D%/chart.h \
	%D%/facts.c %D%/facts.h \
	%D%/frame.c %D%/frame.h \
	%D%/json_out.c %D%/json_out.h \
	%D%/print.c %D%/print.h \
	%D%/runs.h \
	%D%/sheet.c %D%/sheet.h
