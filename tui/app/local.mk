leeboard_SOURCES = %D%/main.c
leeboard_LDADD = libleetui.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) -lm
