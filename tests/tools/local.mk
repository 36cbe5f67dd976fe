# Programs that tests need and nobody installs.
faultd_sources = %D%/faultd.c %D%/faultd.h
check_PROGRAMS += %D%/faultd
%C%_faultd_SOURCES = %D%/faultd_main.c $(faultd_sources)
