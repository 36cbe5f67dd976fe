libleetui_a_SOURCES += %D%/commit.c %D%/commit.h
