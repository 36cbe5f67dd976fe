# Manual pages and completions: what the tables of the program say is filled into their templates.
noinst_PROGRAMS += %D%/man/fill
%C%_man_fill_SOURCES = %D%/man/fill.c
%C%_man_fill_LDADD = libleetui.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) -lm

manuals = %D%/man/leeboard.1 %D%/man/leeboard-config.5 %D%/man/leeboard-keys.7
completions = %D%/completions/leeboard.bash %D%/completions/_leeboard %D%/completions/leeboard.fish

man_MANS = $(manuals)
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
zshcompletion_DATA = %D%/completions/_leeboard
fishcompletion_DATA = %D%/completions/leeboard.fish

filled = $(manuals) $(completions)
noinst_DATA = %D%/completions/leeboard.bash
CLEANFILES += $(filled)
$(filled): %D%/man/fill$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && %D%/man/fill$(EXEEXT) $(top_srcdir)/$@.in >$@.new && mv $@.new $@
%D%/man/leeboard.1: %D%/man/leeboard.1.in
%D%/man/leeboard-config.5: %D%/man/leeboard-config.5.in
%D%/man/leeboard-keys.7: %D%/man/leeboard-keys.7.in
%D%/completions/leeboard.bash: %D%/completions/leeboard.bash.in
%D%/completions/_leeboard: %D%/completions/_leeboard.in
%D%/completions/leeboard.fish: %D%/completions/leeboard.fish.in

# bash looks for a file with the program's own name
install-data-local: %D%/completions/leeboard.bash
	$(MKDIR_P) "$(DESTDIR)$(bashcompletiondir)"
	$(INSTALL_DATA) %D%/completions/leeboard.bash "$(DESTDIR)$(bashcompletiondir)/leeboard"
uninstall-local:
	rm -f "$(DESTDIR)$(bashcompletiondir)/leeboard"

EXTRA_DIST += %D%/man/leeboard.1.in %D%/man/leeboard-config.5.in %D%/man/leeboard-keys.7.in \
	%D%/completions/leeboard.bash.in %D%/completions/_leeboard.in %D%/completions/leeboard.fish.in

# what is read, with the packager's archive
EXTRA_DIST += %D%/ADDING-A-PANE.md %D%/ADDING-A-SOURCE.md %D%/ARCHITECTURE.md %D%/BENCH.md %D%/GUIDE.md \
	%D%/LIMITS.md %D%/THREATS.md %D%/decisions %D%/pictures
