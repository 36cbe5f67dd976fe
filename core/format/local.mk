libleecore_a_SOURCES += \
	%D%/library.c %D%/library.h \
	%D%/csv.c %D%/csv.h \
	%D%/error_text.c %D%/error_text.h \
	%D%/exposition.c %D%/exposition.h \
	%D%/json.c %D%/json.h \
	%D%/lines.c %D%/lines.h \
	%D%/yaml.c %D%/yaml.h
