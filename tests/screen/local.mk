# Scripts of keys and the screens after them, on the memory driver.
stage_sources = tests/tools/stage.c tests/tools/stage.h tests/tools/world.c tests/tools/world.h \
	tests/tools/mlflow_schema.h $(faultd_sources)
stage_ldadd = libleetui.a libleedemo.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) $(DEMO_LIBS) -lm
stage_ldflags = $(AM_LDFLAGS) -Wl,--wrap=clock_wall,--wrap=clock_monotonic

check_PROGRAMS += %D%/screens
TESTS += %D%/screens

%C%_screens_SOURCES = %D%/screens.c %D%/twin.c %D%/twin.h $(stage_sources)
%C%_screens_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_screens_LDADD = $(stage_ldadd)
%C%_screens_LDFLAGS = $(stage_ldflags)
EXTRA_DIST += %D%/scripts %D%/golden

# Takes the screens as they are now for right ones: look at the difference before it is kept.
screens-update: %D%/screens
	srcdir=$(srcdir) %D%/screens --update $(SCREENS)
.PHONY: screens-update
