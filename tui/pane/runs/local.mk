libleetui_a_SOURCES += \
	%D%/compare_view.c \
	%D%/curves.c %D%/curves.h \
	%D%/differences.c %D%/differences.h \
	%D%/overlay.c %D%/overlay.h \
	%D%/runs.c %D%/runs_parts.h \
	%D%/runs_ask.c \
	%D%/runs_data.c \
	%D%/runs_paint.c \
	%D%/runs_pick.c \
	%D%/runs_twin.c
