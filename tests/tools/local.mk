# Programs that tests need and nobody installs.
faultd_sources = %D%/faultd.c %D%/faultd.h
check_PROGRAMS += %D%/faultd
%C%_faultd_SOURCES = %D%/faultd_main.c $(faultd_sources)

# What draws the pictures of the README: `make pictures` runs it on a live demo.
check_PROGRAMS += %D%/shot
%C%_shot_SOURCES = %D%/shot.c
%C%_shot_LDADD = libleetui.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) -lm
EXTRA_DIST += %D%/pictures

pictures: leeboard-demo tests/tools/shot
	$(srcdir)/tests/tools/pictures . $(srcdir)/docs/pictures
.PHONY: pictures
