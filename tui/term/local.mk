libleetui_a_SOURCES += \
	%D%/curses.c \
	%D%/driver.c %D%/driver.h \
	%D%/glyphs.c %D%/glyphs.h \
	%D%/keysym.h \
	%D%/memory.c %D%/memory.h \
	%D%/role.c %D%/role.h \
	%D%/surface.c %D%/surface.h \
	%D%/theme.c %D%/theme.h
