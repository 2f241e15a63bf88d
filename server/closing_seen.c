#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "shared/lang.h"

#define SUM_KEPT 16 /* digits of the hash in a version */

/* ---- made ---- */

/* "m.27420.12.0.3f2a9c10b7de0011": what it is about, figures that the refusal
 * can tell again, and the hash of all that they are made of. */
static void write_seen(char out[CLOSING_SEEN_TEXT], char what,
    const int64_t figures[3], const struct hash *hash)
{
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	(void)snprintf(out, CLOSING_SEEN_TEXT,
	    "%c.%" PRId64 ".%" PRId64 ".%" PRId64 ".%.*s", what, figures[0],
	    figures[1], figures[2], SUM_KEPT, hex);
}

int64_t closing_month_minutes(const struct closing_month *month)
{
	int64_t minutes = 0;
	const char *worker;
	json_t *state;

	json_object_foreach(month->workers, worker, state)
	{
		minutes += json_int(state, "minutes", 0);
	}
	return minutes;
}

bool closing_month_seen(const struct closing_month *month, const char *closing,
    char out[CLOSING_SEEN_TEXT])
{
	const int64_t figures[3] = {closing_month_minutes(month),
	    (int64_t)json_object_size(month->workers),
	    (int64_t)json_array_size(month->blockers)};
	char text[2 * HASH_TEXT];
	char sum[HASH_TEXT];
	struct hash hash;

	if (!closing_month_sum(month, sum))
		return false;
	(void)snprintf(text, sizeof(text), "%s%s", sum, closing);
	hash_of(&hash, text, strlen(text));
	write_seen(out, 'm', figures, &hash);
	return true;
}

bool closing_gap_seen(
    const struct closing_gap *gap, char out[CLOSING_SEEN_TEXT])
{
	int64_t figures[3] = {0, 0, 0};
	struct buf text = BUF_INIT;
	struct hash hash;
	bool done;

	for (size_t i = 0; i < json_array_size(gap->proposals); i++) {
		const json_t *item = json_array_get(gap->proposals, i);

		figures[json_is_true(json_object_get(item, "undecided")) ? 2
									 : 1]++;
		if (!json_is_true(json_object_get(item, "undecided")))
			figures[0] += json_int(item, "after", 0) -
			              json_int(item, "before", 0);
	}
	buf_add_text(&text, gap->past.hex);
	json_write_sorted(&text, gap->proposals);
	done = !text.failed;
	if (done) {
		hash_of(&hash, text.data, text.len);
		write_seen(out, 'a', figures, &hash);
	}
	buf_free(&text);
	return done;
}

void closing_declared_seen(int64_t hours, int64_t rows, const char *closing,
    const char *sum, char out[CLOSING_SEEN_TEXT])
{
	const int64_t figures[3] = {hours, rows, 0};
	char text[2 * HASH_TEXT];
	struct hash hash;

	(void)snprintf(text, sizeof(text), "%s%s", sum, closing);
	hash_of(&hash, text, strlen(text));
	write_seen(out, 'd', figures, &hash);
}

/* ---- compared ---- */

/* False: no version of ours. */
static bool read_figures(const char *seen, char what, int64_t figures[3])
{
	const char *at = seen + 1;

	if (seen[0] != what)
		return false;
	for (size_t i = 0; i < 3; i++) {
		char *end;

		if (at[0] != '.')
			return false;
		figures[i] = strtoll(at + 1, &end, 10);
		if (end == at + 1)
			return false;
		at = end;
	}
	return at[0] == '.' && strlen(at + 1) == SUM_KEPT;
}

static void add_duration(struct buf *out, int64_t minutes, const char *plus)
{
	char text[DURATION_TEXT];

	duration_format(minutes < 0 ? -minutes : minutes, text);
	buf_printf(out, "%s%s", minutes < 0 ? "-" : plus, text);
}

static void add_figures(struct buf *out, char what, const int64_t figures[3])
{
	switch (what) {
	case 'm':
		add_duration(out, figures[0], "");
		buf_printf(out,
		    L(", salariés : %" PRId64 ", à régler : %" PRId64,
			", workers: %" PRId64 ", to settle: %" PRId64),
		    figures[1], figures[2]);
		return;
	case 'a':
		buf_printf(out,
		    L("ajustements : %" PRId64 " (",
			"adjustments: %" PRId64 " ("),
		    figures[1]);
		add_duration(out, figures[0], "+");
		buf_add_char(out, ')');
		return;
	default:
		buf_printf(out,
		    L("%" PRId64 " h, lignes : %" PRId64,
			"%" PRId64 " h, rows: %" PRId64),
		    figures[0], figures[1]);
		return;
	}
}

static int refuse(const int64_t saw[3], const int64_t is[3], char what,
    const char *structure, const char *month, struct err *err)
{
	struct buf text = BUF_INIT;
	bool same = memcmp(saw, is, 3 * sizeof(*saw)) == 0;

	buf_printf(&text,
	    L("le mois %.7s de %s a changé depuis que vous l'avez lu. Vu : ",
		"month %.7s of %s has changed since you read it. Seen: "),
	    month, structure);
	add_figures(&text, what, saw);
	buf_add_text(&text, L(" ; à présent : ", "; now: "));
	if (same)
		buf_add_text(&text, L("les mêmes totaux, mais d'autres saisies",
					"the same totals, of other entries"));
	else
		add_figures(&text, what, is);
	buf_add_text(
	    &text, L(". Rien n'est fait : relisez, puis recommencez",
		       ". Nothing is done: read it again, then do it again"));
	(void)err_set(err, E_CONFLICT, "%s", buf_text(&text));
	buf_free(&text);
	return E_CONFLICT;
}

int closing_seen_check(const char *seen, const char *now, const char *structure,
    const char *month, struct err *err)
{
	int64_t saw[3], is[3];

	if (seen == NULL || strcmp(seen, now) == 0)
		return 0;
	if (!read_figures(seen, now[0], saw) || !read_figures(now, now[0], is))
		return err_set(err, E_INVALID,
		    L("--seen : « %.60s » n'est pas une version de ces "
		      "chiffres ; c'est le membre « seen » de ce que vous "
		      "avez lu",
			"--seen: \"%.60s\" is no version of these figures; it "
			"is the member \"seen\" of what you read"),
		    seen);
	return refuse(saw, is, now[0], structure, month, err);
}

bool closing_seen_find(
    const char *seen, const char *structure, char out[CLOSING_SEEN_TEXT])
{
	size_t len = strlen(structure);

	while (seen != NULL && seen[0] != '\0') {
		size_t word = strcspn(seen, ",");

		if (word > len + 1 && word - len - 1 < CLOSING_SEEN_TEXT &&
		    strncmp(seen, structure, len) == 0 && seen[len] == '=') {
			memcpy(out, seen + len + 1, word - len - 1);
			out[word - len - 1] = '\0';
			return true;
		}
		seen += word + (seen[word] == ',' ? 1 : 0);
	}
	return false;
}
