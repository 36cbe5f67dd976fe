# One cmocka binary a room, and the scripts that hold the house rules.
unit_tests =
unit_programs = \
	%D%/test_analysis \
	%D%/test_base \
	%D%/test_command \
	%D%/test_config \
	%D%/test_filter \
	%D%/test_db \
	%D%/test_demo \
	%D%/test_drift \
	%D%/test_endpoint \
	%D%/test_engine \
	%D%/test_events \
	%D%/test_find \
	%D%/test_monitor \
	%D%/test_net \
	%D%/test_format \
	%D%/test_git \
	%D%/test_input \
	%D%/test_mlflow_file \
	%D%/test_record \
	%D%/test_rest \
	%D%/test_repo \
	%D%/test_sheet \
	%D%/test_sheet_deployments \
	%D%/test_source \
	%D%/test_term \
	%D%/test_widget
unit_tui_ldadd = libleetui.a libleecore.a $(TUI_LIBS) $(CORE_LIBS) $(CMOCKA_LIBS) -lm
unit_ldadd = libleecore.a $(CORE_LIBS) $(CMOCKA_LIBS) -lm

if HAVE_CMOCKA
unit_tests += $(unit_programs)
check_PROGRAMS += $(unit_programs)
TESTS += $(unit_programs)
endif

unit_scripts = %D%/demo_life %D%/edges %D%/tls
unit_tests += $(unit_scripts)
TESTS += $(unit_scripts)
EXTRA_DIST += $(unit_scripts)

%C%_test_analysis_SOURCES = %D%/test_analysis.c %D%/test.h
%C%_test_analysis_LDADD = $(unit_ldadd)

%C%_test_base_SOURCES = %D%/test_base.c %D%/test.h
%C%_test_base_LDADD = $(unit_ldadd)

%C%_test_command_SOURCES = %D%/test_command.c %D%/test.h
%C%_test_command_LDADD = $(unit_ldadd)

%C%_test_config_SOURCES = %D%/test_config.c %D%/test.h
%C%_test_config_LDADD = $(unit_ldadd)

%C%_test_db_SOURCES = %D%/test_db.c %D%/test.h
%C%_test_db_LDADD = $(unit_ldadd)

%C%_test_demo_SOURCES = %D%/test_demo.c %D%/test.h
%C%_test_demo_LDADD = libleedemo.a $(unit_ldadd) $(DEMO_LIBS)

%C%_test_drift_SOURCES = %D%/test_drift.c %D%/test.h
%C%_test_drift_LDADD = $(unit_ldadd)

%C%_test_events_SOURCES = %D%/test_events.c %D%/test.h
%C%_test_events_LDADD = $(unit_ldadd)

%C%_test_monitor_SOURCES = %D%/test_monitor.c %D%/test.h
%C%_test_monitor_LDADD = $(unit_ldadd)

%C%_test_net_SOURCES = %D%/test_net.c %D%/test.h $(faultd_sources)
%C%_test_net_LDADD = $(unit_ldadd)

%C%_test_endpoint_SOURCES = %D%/test_endpoint.c %D%/test.h $(faultd_sources)
%C%_test_endpoint_LDADD = $(unit_ldadd)

%C%_test_engine_SOURCES = %D%/test_engine.c %D%/test.h
%C%_test_engine_LDADD = $(unit_ldadd)

%C%_test_find_SOURCES = %D%/test_find.c %D%/test.h tests/tools/mlflow_schema.h \
	$(faultd_sources)
%C%_test_find_LDADD = $(unit_ldadd)

%C%_test_format_SOURCES = %D%/test_format.c %D%/test.h
%C%_test_format_LDADD = $(unit_ldadd)

%C%_test_filter_SOURCES = %D%/test_filter.c %D%/test.h
%C%_test_filter_LDADD = $(unit_ldadd)

%C%_test_input_SOURCES = %D%/test_input.c %D%/test.h
%C%_test_input_LDADD = $(unit_tui_ldadd)

%C%_test_git_SOURCES = %D%/test_git.c %D%/test.h
%C%_test_git_LDADD = $(unit_ldadd)

%C%_test_record_SOURCES = %D%/test_record.c %D%/test.h
%C%_test_record_LDADD = $(unit_ldadd)

%C%_test_rest_SOURCES = %D%/test_rest.c %D%/test.h $(faultd_sources)
%C%_test_rest_LDADD = $(unit_ldadd)

%C%_test_repo_SOURCES = %D%/test_repo.c %D%/test.h
%C%_test_repo_LDADD = $(unit_ldadd)

%C%_test_sheet_deployments_SOURCES = %D%/test_sheet_deployments.c %D%/test.h
%C%_test_sheet_deployments_LDADD = $(unit_ldadd)

%C%_test_sheet_SOURCES = %D%/test_sheet.c %D%/test.h
%C%_test_sheet_LDADD = $(unit_ldadd)

%C%_test_source_SOURCES = %D%/test_source.c %D%/test.h $(faultd_sources)
%C%_test_source_LDADD = $(unit_ldadd)

%C%_test_term_SOURCES = %D%/test_term.c %D%/test.h
%C%_test_term_LDADD = $(unit_tui_ldadd)

%C%_test_mlflow_file_SOURCES = %D%/test_mlflow_file.c %D%/test.h tests/tools/mlflow_schema.h
%C%_test_mlflow_file_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/tools
%C%_test_mlflow_file_LDADD = $(unit_ldadd)

%C%_test_widget_SOURCES = %D%/test_widget.c %D%/test.h
%C%_test_widget_LDADD = $(unit_tui_ldadd)
EXTRA_DIST += %D%/golden
