# The shipped demo store. make_store.py writes both files; they are data here.
demostoredir = $(pkgdatadir)/demo
dist_demostore_DATA = %D%/commits %D%/mlflow.db
EXTRA_DIST += %D%/make_store.py %D%/requirements.txt
