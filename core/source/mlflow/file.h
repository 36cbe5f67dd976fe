/*
 * MLflow's database read as a file: mlflow.db of any schema that has the columns.
 *
 * One struct mlflow_file per source, used on the source's thread. It keeps no store open between
 * reads; what it keeps is a print of the files per query, so that a poll of a store that nobody
 * wrote costs two stats, and how far each series was read.
 */
#ifndef SOURCE_MLFLOW_FILE_H
#define SOURCE_MLFLOW_FILE_H

#include "base/err.h"
#include "source/io.h"
#include "source/query.h"

#include <stdbool.h>

struct build;
struct mlflow_file;

/* The path of the database, or of a folder that holds mlflow.db. */
struct mlflow_file *mlflow_file_new(const char *path);
void mlflow_file_free(struct mlflow_file *file);

/* Is it an MLflow store? *why says what it is instead, or how it was known. */
bool mlflow_file_probe(const char *path, const char **why);

/*
 * Answers RECORD_EXPERIMENTS, _RUNS, _COLUMN, _DETAILS, _SERIES, _KEYS and _MODELS. ERR_CHANGED:
 * the store changed under an immutable read, and what the builder got does not count.
 */
int mlflow_file_read(struct mlflow_file *file, const struct query *query, struct io *io,
		     struct build *build, struct err *err);

#endif
