# The themes are installed as files to start one's own from, and compiled in so that the program
# needs none of them.
themes = %D%/dark.theme %D%/light.theme %D%/mono.theme
themedir = $(pkgdatadir)/themes
dist_theme_DATA = $(themes)

BUILT_SOURCES += tui/term/theme_builtin.h
CLEANFILES += tui/term/theme_builtin.h
tui/term/theme_builtin.h: $(themes)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for theme in dark light mono; do \
		echo "static const char theme_$$theme[] ="; \
		sed 's/["\\]/\\&/g; s/.*/	"&\\n"/' $(top_srcdir)/themes/$$theme.theme; \
		echo '	;'; \
	done >$@.new && mv $@.new $@
tui/term/theme.$(OBJEXT): tui/term/theme_builtin.h
