libleetui_a_SOURCES += \
	%D%/bars.c %D%/bars.h \
	%D%/detail.c %D%/detail.h \
	%D%/frame.c %D%/frame.h \
	%D%/help.c %D%/help.h \
	%D%/menu.c %D%/menu.h \
	%D%/plot.c %D%/plot.h \
	%D%/plot_dots.c %D%/plot_dots.h \
	%D%/prompt.c %D%/prompt.h \
	%D%/spark.c %D%/spark.h \
	%D%/table.c %D%/table.h \
	%D%/table_draw.c \
	%D%/tone.c %D%/tone.h
