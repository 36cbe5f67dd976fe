# The program in a real terminal: a pseudo terminal with libvterm at its other end.
pty_programs = \
	%D%/test_driver \
	%D%/test_program \
	%D%/test_tmux
pty_ldadd = libleetui.a libleecore.a $(TUI_LIBS) $(VTERM_LIBS) $(CMOCKA_LIBS) -lutil -lm

if HAVE_CMOCKA
if HAVE_VTERM
check_PROGRAMS += $(pty_programs) %D%/sample
TESTS += $(pty_programs)
endif
endif

%C%_sample_SOURCES = %D%/sample.c
%C%_sample_LDADD = libleetui.a libleecore.a $(TUI_LIBS) -lm

%C%_test_driver_SOURCES = %D%/test_driver.c %D%/pty.c %D%/pty.h
%C%_test_driver_LDADD = $(pty_ldadd)

%C%_test_program_SOURCES = %D%/test_program.c %D%/pty.c %D%/pty.h
%C%_test_program_LDADD = $(pty_ldadd) $(CORE_LIBS)

%C%_test_tmux_SOURCES = %D%/test_tmux.c %D%/pty.c %D%/pty.h
%C%_test_tmux_LDADD = $(pty_ldadd)
