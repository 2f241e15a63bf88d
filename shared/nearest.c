#include <string.h>

#include "shared/nearest.h"
#include "shared/text.h"

/* The folded start of a word. */
struct word {
	char bytes[NEAREST_BYTES_MAX];
	size_t len;
};

static void word_fold(struct word *out, const char *text)
{
	struct buf folded = BUF_INIT;

	text_fold(&folded, text);
	out->len =
	    folded.len < NEAREST_BYTES_MAX ? folded.len : NEAREST_BYTES_MAX;
	memcpy(out->bytes, buf_text(&folded), out->len);
	buf_free(&folded);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool are_swapped(
    const struct word *a, size_t i, const struct word *b, size_t j)
{
	return i > 1 && j > 1 && a->bytes[i - 1] == b->bytes[j - 2] &&
	       a->bytes[i - 2] == b->bytes[j - 1];
}

size_t nearest_distance(const char *a, const char *b)
{
	/* The last three lines of the usual table, by line number. */
	size_t lines[3][NEAREST_BYTES_MAX + 1];
	struct word from, to;

	word_fold(&from, a);
	word_fold(&to, b);
	for (size_t j = 0; j <= to.len; j++)
		lines[0][j] = j;
	for (size_t i = 1; i <= from.len; i++) {
		const size_t *above = lines[(i - 1) % 3];
		size_t *line = lines[i % 3];

		line[0] = i;
		for (size_t j = 1; j <= to.len; j++) {
			size_t change = from.bytes[i - 1] != to.bytes[j - 1];

			line[j] = least(above[j - 1] + change,
			    least(above[j], line[j - 1]) + 1);
			if (are_swapped(&from, i, &to, j))
				line[j] = least(
				    line[j], lines[(i - 2) % 3][j - 2] + 1);
		}
	}
	return lines[from.len % 3][to.len];
}

size_t nearest_reach(const char *word)
{
	size_t length = strlen(word);

	return length < 3 ? 1 : length < 8 ? 2 : 3;
}
