/*
 * A signature's strokes, which a page sends and a laptop of another version
 * may have written: what is accepted can stand in an SVG as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/signoff.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size);
	size_t moves = 0, numbers = 0, len;

	if (!signoff_is_stroke(text)) {
		free(text);
		return 0;
	}
	len = strlen(text);
	FUZZ_CHECK(text[0] == 'M');
	FUZZ_CHECK(strspn(text, "ML 0123456789") == len);
	for (size_t i = 0; i < len; i++) {
		bool digit = strchr("0123456789", text[i]) != NULL;

		moves += text[i] == 'M' || text[i] == 'L';
		numbers += digit && (i == 0 || strchr("ML ", text[i - 1]));
	}
	FUZZ_CHECK(numbers == 2 * moves);
	/* One more stroke may follow; half a one may not. */
	text = realloc(text, len + 16);
	FUZZ_CHECK(text != NULL);
	memcpy(text + len, "L1 2", 5);
	FUZZ_CHECK(signoff_is_stroke(text));
	memcpy(text + len, "L1 ", 4);
	FUZZ_CHECK(!signoff_is_stroke(text));
	free(text);
	return 0;
}
