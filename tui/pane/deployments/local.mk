libleetui_a_SOURCES += %D%/deployments.c
