leeboard_SOURCES = %D%/main.c
leeboard_LDADD = libleetui.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) -lm

libleetui_a_SOURCES += \
	%D%/app.c %D%/app.h %D%/app_parts.h \
	%D%/chain.c %D%/chain.h \
	%D%/dispatch.c \
	%D%/frame.c \
	%D%/modal.c \
	%D%/output.c \
	%D%/tabs.c
