libleetui_a_SOURCES += %D%/models.c
