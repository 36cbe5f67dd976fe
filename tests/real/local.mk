# The checks against real peers; scripts/check runs them.
EXTRA_DIST += \
	%D%/demo.py \
	%D%/drift.py \
	%D%/kserve_check.py \
	%D%/kserve_server.py \
	%D%/make_stores.py \
	%D%/mlflow_auth.py \
	%D%/mlflow_file.py \
	%D%/mlflow_live.py \
	%D%/mlflow_train.py \
	%D%/mlserver.py \
	%D%/pins/kserve.txt \
	%D%/pins/mlflow2.txt \
	%D%/pins/mlflow3.txt \
	%D%/pins/mlserver.txt \
	%D%/pins/numbers.txt \
	%D%/prometheus.py \
	%D%/real.py \
	%D%/run \
	tests/lsan.supp

# What scripts/check runs beside the scripts of this folder; built by `make check`.
check_PROGRAMS += %D%/drift_noise %D%/rates

%C%_drift_noise_SOURCES = %D%/drift_noise.c
%C%_drift_noise_LDADD = libleecore.a $(CORE_LIBS) -lm

%C%_rates_SOURCES = %D%/rates.c
%C%_rates_LDADD = libleecore.a $(CORE_LIBS) -lm
