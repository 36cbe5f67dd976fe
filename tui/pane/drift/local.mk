libleetui_a_SOURCES += %D%/drift.c
