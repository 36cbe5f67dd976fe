/* See trainer.h. */
#include "demo/trainer.h"

#include "demo/story.h"

enum { PAUSE = 8 /* seconds between two runs */, SECOND = 1000, EVERY = 3 /* runs a version */ };

/* What a person would try: three steps of the rate, batches, a little decay; once, no scaling. */
static struct model_settings settings_of(int run)
{
	static const double rates[] = {0.003, 0.01, 0.001, 0.03, 0.1};
	static const double decays[] = {0, 1e-4, 1e-3};
	static const int batches[] = {32, 64, 16, 128};
	struct model_settings settings = {.lr = rates[run % 5],
					  .l2 = decays[run % 3],
					  .batch = batches[run % 4],
					  .seed = 100 + run,
					  .scale = run % 7 != 4};

	return settings;
}

int trainer_init(struct trainer *trainer, const char *store, uint64_t seed, const char *commit,
		 int64_t story, int64_t end, struct model *served, int64_t *version, struct err *err)
{
	const struct model_settings settings = {.lr = 0.003, .batch = 32, .seed = 99, .scale = true};
	struct tracking *tracking = &trainer->tracking;
	struct training training;
	struct tracking_run run;
	int64_t start = end - (STORY_RUN + 1) * SECOND;
	int failed;

	*trainer = (struct trainer){.story = story, .epoch = -1};
	if (tracking_open(tracking, store, seed, commit, err) != 0)
		return -1;
	training_init(&training, &settings);
	failed = tracking_start(tracking, &run, &settings, start, err);
	for (int i = 0; !failed && i < STORY_RUN; i++) {
		struct model_quality quality = training_epoch(&training);

		failed = tracking_log(tracking, &run, i, &quality, start + (i + 1) * SECOND, err);
	}
	*served = training.model;
	training_release(&training);
	return failed || tracking_end(tracking, &run, end, err) != 0 ||
			       tracking_register(tracking, &run, end, version, err) != 0 ||
			       tracking_alias(tracking, "champion", *version, err) != 0 ||
			       tracking_alias(tracking, "previous", *version - 1, err) != 0
		       ? -1
		       : 0;
}

void trainer_release(struct trainer *trainer)
{
	training_release(&trainer->training);
	tracking_close(&trainer->tracking);
}

/* When the next epoch is due, or the next run begins. */
static int64_t due(const struct trainer *trainer)
{
	int64_t run = trainer->epoch < 0 ? trainer->runs : trainer->runs - 1;

	return trainer->story + (run * (STORY_RUN + PAUSE) + trainer->epoch + 1) * SECOND;
}

static int start_run(struct trainer *trainer, int64_t at, struct err *err)
{
	struct model_settings settings = settings_of(trainer->runs);

	training_release(&trainer->training);
	training_init(&trainer->training, &settings);
	trainer->runs++;
	trainer->epoch = 0;
	return tracking_start(&trainer->tracking, &trainer->run, &settings, at, err);
}

static int end_run(struct trainer *trainer, int64_t at, struct err *err)
{
	bool wanted = (trainer->runs - 1) % EVERY == 0 && trainer->run.val_auc > 0.7;
	int64_t version;

	trainer->epoch = -1;
	if (tracking_end(&trainer->tracking, &trainer->run, at, err) != 0)
		return -1;
	if (!wanted)
		return 0;
	if (tracking_register(&trainer->tracking, &trainer->run, at, &version, err) != 0)
		return -1;
	/* only the first one is promoted: the others wait for somebody to look at them */
	if (trainer->runs == 1)
		trainer->champion = version;
	return 0;
}

static int run_epoch(struct trainer *trainer, int64_t at, struct err *err)
{
	struct model_quality quality = training_epoch(&trainer->training);

	if (tracking_log(&trainer->tracking, &trainer->run, trainer->epoch, &quality, at, err) != 0)
		return -1;
	if (++trainer->epoch == STORY_RUN)
		return end_run(trainer, at, err);
	return 0;
}

static int promote(struct trainer *trainer, int64_t now, struct err *err)
{
	int64_t version = trainer->champion;

	if (!version || now < trainer->story + STORY_PROMOTE * SECOND)
		return 0;
	trainer->champion = 0;
	if (tracking_alias(&trainer->tracking, "champion", version, err) != 0)
		return -1;
	return tracking_alias(&trainer->tracking, "previous", version - 1, err);
}

int trainer_step(struct trainer *trainer, int64_t now, int64_t *next, struct err *err)
{
	for (int64_t at; (at = due(trainer)) <= now;) {
		int failed = trainer->epoch < 0 ? start_run(trainer, at, err)
						: run_epoch(trainer, at, err);

		if (failed)
			return -1;
	}
	*next = due(trainer);
	return promote(trainer, now, err);
}
