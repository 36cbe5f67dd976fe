/*
 * Experiments and the base rows of runs.
 *
 * The table runs has no index but its primary key, so it is walked by rowid, newest rows first; a
 * poll reads only what is new by rowid and what was running, and now and then (query.sweep, or when
 * the table is small) everything again.
 */
#include "source/mlflow/file_parts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "source/mlflow/words.h"

#include <stdlib.h>
#include <string.h>

enum {
	SMALL_TABLE = 4000,   /* rows that are read again as a whole at every change */
	PAGES_EVERY = 60,     /* ms between two looks at the rows so far */
};

/* --- rows ------------------------------------------------------------------------------------- */

/* Names of other workspaces than the first are told apart. */
static struct str workspace_name(struct file_read *read, struct statement *statement, int name,
				 int workspace)
{
	struct str space = statement_text(statement, workspace);
	struct str own = statement_text(statement, name);
	struct buf text;
	struct str out;

	if (!space.n || str_equal(space, STR("default")))
		return arena_str(&read->arena, own);
	buf_init(&text, 1 << 16);
	buf_add_str(&text, space);
	buf_addc(&text, '/');
	buf_add_str(&text, own);
	out = arena_str(&read->arena, buf_str(&text));
	buf_release(&text);
	return out;
}

static int add_name(void *context, struct statement *statement, struct err *err)
{
	struct run_rows *rows = context;
	(void)err;

	MEM_GROW(rows->experiments, rows->nexperiments, rows->cap);
	rows->experiments[rows->nexperiments++] = (struct experiment_name){
		.id = statement_int(statement, 1, INT64_MIN),
		.name = workspace_name(rows->read, statement, 2, 3),
	};
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct experiment_name *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

int run_rows_init(struct run_rows *rows, struct file_read *read, struct err *err)
{
	const char *columns = file_textf(read, "experiment_id, name, %s",
					 file_column(read, "experiments", "workspace"));
	int failed;

	*rows = (struct run_rows){.read = read};
	failed = file_walk_table(read, "experiments", columns, add_name, rows, err);
	if (!failed && rows->nexperiments)
		qsort(rows->experiments, rows->nexperiments, sizeof *rows->experiments,
		      compare_names);
	if (!failed && schema_has_table(&read->schema, "tags"))
		failed = file_prepare(read, &rows->tag, err,
				      "SELECT value FROM tags%s WHERE key = ?1 AND run_uuid = ?2",
				      file_by(read, "tags", "sqlite_autoindex_tags_1",
					      "key,run_uuid"));
	if (failed)
		run_rows_release(rows);
	return failed;
}

void run_rows_release(struct run_rows *rows)
{
	statement_free(rows->tag);
	free(rows->experiments);
}

static struct str experiment_name(const struct run_rows *rows, int64_t id)
{
	size_t low = 0, high = rows->nexperiments;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows->experiments[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == rows->nexperiments || rows->experiments[low].id != id)
		return STR_NONE;
	return rows->experiments[low].name;
}

/* The tag's value, in the read's arena; missing when there is none. */
static int read_tag(struct run_rows *rows, const char *key, struct str run, struct str *value,
		    struct err *err)
{
	int more;

	*value = STR_NONE;
	if (!rows->tag)
		return 0;
	statement_bind_text(rows->tag, 1, str_of(key));
	statement_bind_text(rows->tag, 2, run);
	more = statement_step(rows->tag, err);
	if (more > 0 && statement_text(rows->tag, 0).n)
		*value = file_text(rows->read, rows->tag, 0);
	statement_reset(rows->tag);
	return more < 0 ? -1 : 0;
}

const char *run_rows_columns(struct file_read *read)
{
	return file_textf(read, "rowid, run_uuid, experiment_id, %s, %s, %s, %s, %s, %s, %s",
			  file_column(read, "runs", "name"), file_column(read, "runs", "user_id"),
			  file_column(read, "runs", "status"),
			  file_column(read, "runs", "start_time"),
			  file_column(read, "runs", "end_time"),
			  file_column(read, "runs", "lifecycle_stage"),
			  file_column(read, "runs", "artifact_uri"));
}

static int fill_from_tags(struct run_rows *rows, struct run *run, struct err *err)
{
	/* before 1.30 only the tag holds the name */
	if (!run->name.n && read_tag(rows, "mlflow.runName", run->id, &run->name, err))
		return -1;
	if (!mlflow_is_nobody(run->user))
		return 0;
	return read_tag(rows, "mlflow.user", run->id, &run->user, err);
}

int run_rows_get(struct run_rows *rows, struct statement *statement, struct run *run,
		 struct err *err)
{
	struct str id;

	if (file_key(rows->read, statement, 1, &id, err))
		return -1;
	*run = (struct run){
		.id = id,
		.key = statement_int(statement, 0, -1),
		.experiment = file_id(rows->read, statement, 2),
		.experiment_name = experiment_name(rows, statement_int(statement, 2, INT64_MIN)),
		.name = statement_text(statement, 3),
		.user = statement_text(statement, 4),
		.native_state = statement_text(statement, 5),
		.start = statement_int(statement, 6, TIME_NONE),
		.end = statement_int(statement, 7, TIME_NONE),
		.deleted = str_equal(statement_text(statement, 8), STR("deleted")),
	};
	run->state = mlflow_run_state(run->native_state);
	return fill_from_tags(rows, run, err);
}

/* --- runs ------------------------------------------------------------------------------------- */

struct run_walk {
	struct run_rows rows;
	int64_t key;         /* the last rowid */
	bool down;           /* which way it goes */
	int64_t shown;       /* when the rows so far were last looked at, monotonic ms; 0: never */
};

static void show_pages(struct run_walk *walk)
{
	struct file_read *read = walk->rows.read;
	int64_t now = clock_monotonic();

	if (!read->io->pages || now - walk->shown < PAGES_EVERY)
		return;
	walk->shown = now;
	read->io->pages(read->io, build_peek(read->build));
}

static void walk_seek(void *context, struct statement *statement)
{
	struct run_walk *walk = context;

	statement_bind_int(statement, 1, walk->key);
	if (walk->rows.read->rows)
		show_pages(walk);
}

static int walk_row(void *context, struct statement *statement, struct err *err)
{
	struct run_walk *walk = context;
	struct run run;

	if (run_rows_get(&walk->rows, statement, &run, err) ||
	    file_moves_on(walk->down ? run.key < walk->key : run.key > walk->key, err))
		return -1;
	walk->key = run.key;
	build_run(walk->rows.read->build, &run, NULL);
	return file_progress(walk->rows.read, err);
}

/* Every row on that side of the key: down from the newest, or up through what is new. */
static int walk_rows(struct run_walk *walk, bool down, struct err *err)
{
	struct sweep sweep = {2, walk_seek, walk_row, walk};
	struct file_read *read = walk->rows.read;
	struct statement *statement;
	int failed;

	walk->down = down;
	if (file_prepare(read, &statement, err,
			 "SELECT %s FROM runs WHERE rowid %s ?1 ORDER BY rowid %s LIMIT ?2",
			 run_rows_columns(read), down ? "<" : ">", down ? "DESC" : "ASC"))
		return -1;
	failed = store_sweep(statement, &sweep, err);
	statement_free(statement);
	return failed;
}

static int reread_run(struct run_walk *walk, struct statement *statement, struct str id,
		      struct err *err)
{
	struct run run;
	int more;

	statement_bind_text(statement, 1, id);
	more = statement_step(statement, err);
	if (more > 0 && !run_rows_get(&walk->rows, statement, &run, err)) {
		build_run(walk->rows.read->build, &run, NULL);
		more = 0;
	}
	statement_reset(statement);
	return more ? -1 : 0;
}

static bool is_open(const struct run *run)
{
	return !run->gone && (run->state == RUN_RUNNING || run->state == RUN_QUEUED);
}

/* The runs that had not ended, in slices. */
static int reread_open(struct run_walk *walk, const struct run_table *table, struct err *err)
{
	struct file_read *read = walk->rows.read;
	struct statement *statement;
	struct slice slice;
	size_t row = 0;
	int more = 1;

	if (file_prepare(read, &statement, err, "SELECT %s FROM runs%s WHERE run_uuid = ?1",
			 run_rows_columns(read),
			 file_by(read, "runs", "sqlite_autoindex_runs_1", "run_uuid")))
		return -1;
	slice_init(&slice, read->store);
	while (more > 0 && !(more = slice_begin(&slice, err))) {
		int rows = 0;

		for (; row < table->rows && rows < slice.rows && !slice_over(&slice); row++) {
			if (!is_open(run_at(table, row)))
				continue;
			rows++;
			if (reread_run(walk, statement, run_at(table, row)->id, err)) {
				slice_abort(&slice);
				statement_free(statement);
				return -1;
			}
			if (slice_over(&slice))
				break; /* this one was cut short: again */
		}
		more = slice_end(&slice, rows, err);
		if (!more && row < table->rows)
			more = 1;
	}
	statement_free(statement);
	return more;
}

static int64_t newest_key(const struct run_table *table)
{
	int64_t newest = -1;

	for (size_t row = 0; row < table->rows; row++)
		if (run_at(table, row)->key > newest)
			newest = run_at(table, row)->key;
	return newest;
}

static int read_changes(struct run_walk *walk, const struct run_table *table, struct err *err)
{
	if (reread_open(walk, table, err))
		return -1;
	walk->key = newest_key(table);
	return walk_rows(walk, false, err);
}

int file_read_runs(struct file_read *read, struct err *err)
{
	const struct snapshot *previous = build_previous(read->build);
	struct run_walk walk = {.key = INT64_MAX};
	int failed;

	if (run_rows_init(&walk.rows, read, err))
		return -1;
	if (read->again && previous && !read->query->sweep && previous->u.runs.rows > SMALL_TABLE) {
		failed = read_changes(&walk, &previous->u.runs, err);
	} else {
		failed = walk_rows(&walk, true, err);
		build_runs_whole(read->build);
	}
	run_rows_release(&walk.rows);
	return failed;
}

/* --- experiments ------------------------------------------------------------------------------ */

/* An experiment while its runs are counted and its tags gathered. */
struct gathered {
	int64_t id;
	struct experiment item;
};

struct experiment_tag {
	int64_t id;
	struct pair pair;
};

struct gathering {
	struct file_read *read;
	struct gathered *items; /* by id */
	size_t n, cap;
	struct gathered *near;  /* neighbouring rows are often of the same experiment */
	struct experiment_tag *tags;
	size_t ntags, tag_cap;
};

static void newer(int64_t *newest, int64_t time)
{
	if (time != TIME_NONE && time > *newest)
		*newest = time;
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t *left = a, *right = b; /* both structs begin with the id */

	return (*left > *right) - (*left < *right);
}

static int add_experiment(void *context, struct statement *row, struct err *err)
{
	struct gathering *all = context;
	struct gathered *item;
	(void)err;

	MEM_GROW(all->items, all->n, all->cap);
	item = &all->items[all->n++];
	item->id = statement_int(row, 1, INT64_MIN);
	item->item = (struct experiment){
		.id = file_id(all->read, row, 1),
		.name = workspace_name(all->read, row, 2, 3),
		.deleted = str_equal(statement_text(row, 4), STR("deleted")),
		.last_activity = TIME_NONE,
	};
	newer(&item->item.last_activity, statement_int(row, 5, TIME_NONE));
	newer(&item->item.last_activity, statement_int(row, 6, TIME_NONE));
	return 0;
}

static struct gathered *gathered_of(struct gathering *all, int64_t id)
{
	if ((!all->near || all->near->id != id) && all->n)
		all->near = bsearch(&id, all->items, all->n, sizeof *all->items, compare_ids);
	return all->near;
}

static int count_run(void *context, struct statement *row, struct err *err)
{
	struct gathering *all = context;
	struct gathered *item = gathered_of(all, statement_int(row, 1, INT64_MIN));
	(void)err;

	if (!item)
		return 0;
	item->item.runs += !str_equal(statement_text(row, 2), STR("deleted"));
	newer(&item->item.last_activity, statement_int(row, 3, TIME_NONE));
	newer(&item->item.last_activity, statement_int(row, 4, TIME_NONE));
	return 0;
}

static int add_tag(void *context, struct statement *row, struct err *err)
{
	struct gathering *all = context;
	(void)err;

	MEM_GROW(all->tags, all->ntags, all->tag_cap);
	all->tags[all->ntags++] = (struct experiment_tag){
		.id = statement_int(row, 1, INT64_MIN),
		.pair = {file_text(all->read, row, 2), file_text(all->read, row, 3)},
	};
	return 0;
}

static int gather(struct gathering *all, struct err *err)
{
	struct file_read *read = all->read;
	const char *columns =
		file_textf(read, "experiment_id, name, %s, %s, %s, %s",
			   file_column(read, "experiments", "workspace"),
			   file_column(read, "experiments", "lifecycle_stage"),
			   file_column(read, "experiments", "creation_time"),
			   file_column(read, "experiments", "last_update_time"));
	const char *times = file_textf(read, "experiment_id, %s, %s, %s",
				       file_column(read, "runs", "lifecycle_stage"),
				       file_column(read, "runs", "start_time"),
				       file_column(read, "runs", "end_time"));

	if (file_walk_table(read, "experiments", columns, add_experiment, all, err))
		return -1;
	if (all->n)
		qsort(all->items, all->n, sizeof *all->items, compare_ids);
	if (file_walk_table(read, "runs", times, count_run, all, err))
		return -1;
	if (!schema_has_table(&read->schema, "experiment_tags"))
		return 0;
	if (file_walk_table(read, "experiment_tags", "experiment_id, key, value", add_tag, all,
			    err))
		return -1;
	if (all->ntags)
		qsort(all->tags, all->ntags, sizeof *all->tags, compare_ids);
	return 0;
}

/* Adds each experiment with its tags; both lists are by id. */
static void add_gathered(struct gathering *all)
{
	struct pair *pairs = mem_alloc((all->ntags + 1) * sizeof *pairs);
	size_t tag = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct experiment *item = &all->items[i].item;

		while (tag < all->ntags && all->tags[tag].id < all->items[i].id)
			tag++;
		for (; tag < all->ntags && all->tags[tag].id == all->items[i].id; tag++)
			pairs[item->ntags++] = all->tags[tag].pair;
		item->tags = pairs;
		build_experiment(all->read->build, item);
	}
	free(pairs);
}

int file_read_experiments(struct file_read *read, struct err *err)
{
	struct gathering all = {.read = read};
	int failed = gather(&all, err);

	if (!failed)
		add_gathered(&all);
	free(all.items);
	free(all.tags);
	return failed;
}
