libleecore_a_SOURCES += \
	%D%/decode_rest.c %D%/decode_rest.h \
	%D%/file.c %D%/file.h %D%/file_parts.h \
	%D%/file_column.c \
	%D%/file_detail.c \
	%D%/file_models.c \
	%D%/file_runs.c \
	%D%/file_series.c \
	%D%/mlflow.c \
	%D%/rest.c %D%/rest.h %D%/rest_own.h \
	%D%/rest_experiments.c \
	%D%/rest_history.c \
	%D%/rest_models.c \
	%D%/rest_series.c \
	%D%/tally.c %D%/tally.h \
	%D%/words.c %D%/words.h
contract_fixtures += tests/contract/fixtures/mlflow.c
