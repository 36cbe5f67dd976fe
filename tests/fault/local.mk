# Programs that bring trouble: writers that never rest, worlds that stand still.
check_PROGRAMS += %D%/twin_counter
TESTS += %D%/twin_counter

%C%_twin_counter_SOURCES = %D%/twin_counter.c
%C%_twin_counter_LDADD = libleecore.a $(CORE_LIBS) -lm
