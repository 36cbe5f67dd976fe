# The demo: a program of its own, with the shipped store and commits inside it. All but main is a
# library, so that the unit tests have it too.
libexec_PROGRAMS += leeboard-demo
noinst_LIBRARIES += libleedemo.a

libleedemo_a_SOURCES = \
	%D%/answer.c %D%/answer.h \
	%D%/customer.c %D%/customer.h \
	%D%/meter.c %D%/meter.h \
	%D%/model.c %D%/model.h \
	%D%/quote.c %D%/quote.h \
	%D%/serve.c %D%/serve.h \
	%D%/shipped.c %D%/shipped.h \
	%D%/story.c %D%/story.h \
	%D%/tracking.c %D%/tracking.h \
	%D%/traffic.c %D%/traffic.h \
	%D%/trainer.c %D%/trainer.h \
	%D%/workspace.c %D%/workspace.h
libleedemo_a_CPPFLAGS = $(AM_CPPFLAGS) -DLEE_DEMO_STORE='"$(abs_top_srcdir)/%D%/store"'
libleedemo_a_CFLAGS = $(AM_CFLAGS) $(DEMO_CFLAGS)

leeboard_demo_SOURCES = %D%/main.c
leeboard_demo_LDADD = libleedemo.a libleecore.a $(CORE_LIBS) $(DEMO_LIBS) -lm

%D%/libleedemo_a-shipped.$(OBJEXT): %D%/store/mlflow.db %D%/store/commits
