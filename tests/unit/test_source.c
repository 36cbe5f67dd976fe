/* The outside world behind io: what it refuses, and that a cancel or a deadline ends every call. */
#include "test.h"

#include "base/clock.h"
#include "db/store.h"
#include "net/http.h"
#include "repo/repo.h"
#include "source/io.h"
#include "source/source.h"
#include "../tools/faultd.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[64], file[96], other[96];
	struct io_world world;
	struct io io;
	struct buf out;
	struct err err;
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	*state = place;
	strcpy(place->folder, "/tmp/leeboard-io-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->file, sizeof place->file, "%s/file", place->folder);
	snprintf(place->other, sizeof place->other, "%s/other", place->folder);
	io_world_init(&place->world);
	io_init(&place->io, &io_world_ops, &place->world);
	buf_init(&place->out, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;

	remove(place->file);
	remove(place->other);
	rmdir(place->folder);
	buf_release(&place->out);
	io_world_release(&place->world);
	free(place);
	return 0;
}

static int read_file(struct place *place, const char *path, uint64_t offset, size_t most)
{
	buf_clear(&place->out);
	return io_world_ops.read_file(&place->io, path, offset, most, &place->out, &place->err);
}

static void test_reads_parts_of_a_file(void **state)
{
	struct place *place = *state;

	write_file(place->file, "one two three");
	assert_int_equal(read_file(place, place->file, 0, 1000), 0);
	assert_str(buf_str(&place->out), "one two three");
	assert_int_equal(read_file(place, place->file, 4, 3), 0);
	assert_str(buf_str(&place->out), "two");
	assert_int_equal(read_file(place, place->file, 100, 3), 0);
	assert_int_equal(place->out.n, 0);
	assert_int_equal(read_file(place, place->file, UINT64_MAX, 3), 0);
	assert_int_equal(place->out.n, 0);
}

static void test_refuses_what_is_no_file(void **state)
{
	struct place *place = *state;

	assert_int_equal(mkfifo(place->other, 0600), 0);
	assert_int_equal(read_file(place, place->other, 0, 10), -1);
	assert_int_equal(place->err.code, ERR_FORMAT);
	assert_string_equal(place->err.origin, place->other);
	assert_int_equal(read_file(place, "/dev/zero", 0, 10), -1);
	assert_int_equal(place->err.code, ERR_FORMAT);
	assert_int_equal(read_file(place, place->folder, 0, 10), -1);
	assert_int_equal(place->err.code, ERR_FORMAT);
	assert_int_equal(read_file(place, place->file, 0, 10), -1);
	assert_int_equal(place->err.code, ERR_NOT_FOUND);
}

/* A descriptor of our own on a store would drop the locks of its connections when closed. */
static void test_of_a_store_only_the_start(void **state)
{
	struct place *place = *state;
	FILE *file = fopen(place->file, "w");

	fwrite("SQLite format 3\0and more", 1, 24, file);
	fclose(file);
	assert_int_equal(read_file(place, place->file, 0, 20), 0);
	assert_int_equal(place->out.n, 20);
	assert_int_equal(read_file(place, place->file, 16, 20), 0);
	assert_int_equal(place->out.n, 0);
}

static void test_keeps_to_the_cap(void **state)
{
	struct place *place = *state;

	write_file(place->file, "0123456789");
	place->out.max = 4;
	assert_int_equal(read_file(place, place->file, 0, 10), -1);
	assert_int_equal(place->err.code, ERR_TOO_BIG);
	place->out.max = 10;
	assert_int_equal(read_file(place, place->file, 0, 10), 0);
}

static void test_lists_a_folder(void **state)
{
	struct place *place = *state;
	struct io_list list = {0};

	write_file(place->file, "0123");
	assert_int_equal(mkfifo(place->other, 0600), 0);
	assert_int_equal(io_world_ops.list_folder(&place->io, place->folder, &list, &place->err),
			 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.entries[0].name, "file");
	assert_true(list.entries[0].file && list.entries[0].size == 4);
	assert_true(list.entries[0].mtime > 0);
	assert_string_equal(list.entries[1].name, "other");
	assert_false(list.entries[1].file || list.entries[1].folder || list.cut);
	io_list_release(&list);
	assert_int_equal(io_world_ops.list_folder(&place->io, place->file, &list, &place->err),
			 -1);
	assert_string_equal(place->err.origin, place->file);
	assert_int_equal(list.n, 0);
}

/* Every op asks before it begins. */
static void assert_all_stop(struct place *place, struct http *http, enum err_code code)
{
	struct http_request request = {.url = STR("/json")};
	struct http_response responses[2];
	struct err errs[2];
	struct io_list list = {0};
	struct store *store;
	struct repo *repo;

	write_file(place->file, "x");
	assert_int_equal(io_world_ops.list_folder(&place->io, place->folder, &list, &place->err),
			 -1);
	assert_int_equal(place->err.code, code);
	assert_int_equal(read_file(place, place->file, 0, 10), -1);
	assert_int_equal(place->err.code, code);
	assert_int_equal(io_world_ops.open_store(&place->io, place->file, false, &store,
						 &place->err), -1);
	assert_int_equal(place->err.code, code);
	assert_int_equal(io_world_ops.open_repo(&place->io, "/tmp", &repo, &place->err), -1);
	assert_int_equal(place->err.code, code);
	assert_int_equal(io_world_ops.fetch(&place->io, http, &request, responses, &place->err), -1);
	assert_int_equal(place->err.code, code);
	assert_int_equal(io_world_ops.fetch_all(&place->io, http,
						(struct http_request[]){request, request},
						responses, errs, 2), -1);
	assert_int_equal(errs[1].code, code);
}

static struct http *client_of(struct faultd *faultd, struct err *err)
{
	char base[64];
	struct http_settings settings = {.base = base};
	struct http *http;

	snprintf(base, sizeof base, "http://127.0.0.1:%d", faultd_port(faultd));
	http = http_new(&settings, err);
	assert_non_null(http);
	return http;
}

static void test_nothing_begins_after_a_cancel(void **state)
{
	struct place *place = *state;
	struct faultd *faultd = faultd_start(0);
	struct http *http = client_of(faultd, &place->err);

	io_cancel(&place->io);
	assert_all_stop(place, http, ERR_CANCELLED);
	io_init(&place->io, &io_world_ops, &place->world);
	place->io.deadline = 1;
	assert_all_stop(place, http, ERR_TIMEOUT);
	assert_false(faultd_heard(faultd, "GET"));
	http_free(http);
	faultd_stop(faultd);
}

struct canceller {
	struct io *io;
	struct faultd *faultd;
};

static void *cancel_when_heard(void *ctx)
{
	struct canceller *canceller = ctx;

	faultd_wait(canceller->faultd, 1);
	io_cancel(canceller->io);
	return NULL;
}

static void test_a_cancel_ends_a_wait_for_a_server(void **state)
{
	struct place *place = *state;
	struct faultd *faultd = faultd_start(0);
	struct canceller canceller = {&place->io, faultd};
	struct http_request request = {.url = STR("/hang")};
	struct http *http = client_of(faultd, &place->err);
	struct http_response response;
	pthread_t thread;

	pthread_create(&thread, NULL, cancel_when_heard, &canceller);
	assert_int_equal(io_world_ops.fetch(&place->io, http, &request, &response, &place->err), -1);
	assert_int_equal(place->err.code, ERR_CANCELLED);
	pthread_join(thread, NULL);
	assert_false(io_world_waits(&place->world));
	/* the client is as good as new for the next read */
	io_init(&place->io, &io_world_ops, &place->world);
	request.url = STR("/fine");
	faultd_answer(faultd, "GET /fine", 200, "", "{}", 2);
	assert_int_equal(io_world_ops.fetch(&place->io, http, &request, &response, &place->err), 0);
	assert_int_equal(response.status, 200);
	http_response_release(&response);
	http_free(http);
	faultd_stop(faultd);
}

static void test_stall_and_progress(void **state)
{
	struct place *place = *state;
	struct io *io = &place->io;

	assert_int_equal(io_progress(io, 3, 10, &place->err), 0);
	assert_int_equal(atomic_load(&io->done), 3);
	assert_int_equal(atomic_load(&io->total), 10);
	io->stall = 1000;
	assert_int_equal(io_check(io, &place->err), 0);
	atomic_store(&io->moved, clock_monotonic() - 2000);
	assert_int_equal(io_check(io, &place->err), -1);
	assert_int_equal(place->err.code, ERR_TIMEOUT);
	assert_int_equal(io_progress(io, 4, 10, &place->err), 0);
}

/* What the engine and the commands rely on. */
static void test_the_registry_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; source_classes[i]; i++) {
		const struct source_class *class = source_classes[i];

		assert_ptr_equal(source_class_of(class->kind), class);
		assert_true(class->can != 0 && *class->about);
		assert_true(class->poll_ms > 0);
		assert_true(class->open && class->read && class->close);
	}
	assert_null(source_class_of("no such kind"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reads_parts_of_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses_what_is_no_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_of_a_store_only_the_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keeps_to_the_cap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lists_a_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_begins_after_a_cancel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_cancel_ends_a_wait_for_a_server, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_stall_and_progress, setup, teardown),
		cmocka_unit_test(test_the_registry_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
