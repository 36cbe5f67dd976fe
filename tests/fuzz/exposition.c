/* A metrics page: every sample of an accepted page has a name, a family and sound labels. */
#include "fuzz.h"

#include "format/exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct exposition page;
	struct err err = {0};

	if (exposition_parse(&page, (struct str){(const char *)data, n}, &err) < 0) {
		assert(err.code == ERR_FORMAT || err.code == ERR_TOO_BIG);
		assert(err.message[0] != '\0');
		return 0;
	}
	for (size_t i = 0; i < page.n_samples; i++) {
		const struct exposition_sample *sample = &page.samples[i];

		assert(sample->name.n && sample->family < page.n_families);
		assert(str_starts(sample->name, page.families[sample->family].name));
		assert(sample->n_labels <= EXPOSITION_LABELS);
		for (uint32_t label = 0; label < sample->n_labels; label++)
			assert(sample->labels[label].value.n <= EXPOSITION_VALUE);
	}
	exposition_release(&page);
	return 0;
}
