# Programs that bring trouble: writers that never rest, worlds that stand still.
check_PROGRAMS += %D%/twin_counter
TESTS += %D%/twin_counter

%C%_twin_counter_SOURCES = %D%/twin_counter.c
%C%_twin_counter_LDADD = libleecore.a $(CORE_LIBS) -lm

# A world that changes behind the back of who looks at it.
check_PROGRAMS += %D%/changed
TESTS += %D%/changed

%C%_changed_SOURCES = %D%/changed.c $(stage_sources)
%C%_changed_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_changed_LDADD = $(stage_ldadd)
%C%_changed_LDFLAGS = $(stage_ldflags)

# A world that stands still; the keys are answered.
check_PROGRAMS += %D%/blocked
TESTS += %D%/blocked

%C%_blocked_SOURCES = %D%/blocked.c $(stage_sources)
%C%_blocked_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_blocked_LDADD = $(stage_ldadd)
%C%_blocked_LDFLAGS = $(stage_ldflags)

# Servers that misbehave; the keys are answered.
check_PROGRAMS += %D%/hostile
TESTS += %D%/hostile

%C%_hostile_SOURCES = %D%/hostile.c $(stage_sources)
%C%_hostile_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_hostile_LDADD = $(stage_ldadd)
%C%_hostile_LDFLAGS = $(stage_ldflags)
