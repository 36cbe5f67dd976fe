libleetui_a_SOURCES += \
	%D%/feeds.c %D%/feeds.h \
	%D%/lister.c %D%/lister.h \
	%D%/order.c %D%/order.h \
	%D%/pane.c %D%/pane.h %D%/panes.def \
	%D%/plotter.c %D%/plotter.h \
	%D%/reader.c %D%/reader.h \
	%D%/source_heads.c %D%/source_heads.h \
	%D%/subject.c %D%/subject.h
