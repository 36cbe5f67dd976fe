libleetui_a_SOURCES += \
	%D%/commands.def \
	%D%/key.c %D%/key.h \
	%D%/keymap.c %D%/keymap.h \
	%D%/keys.c %D%/keys.h
