#include <stdbool.h>
#include <string.h>

#include "server/import/weekdays.h"
#include "shared/buf.h"
#include "shared/lang.h"
#include "shared/text.h"

#define DAYS         7
#define LETTERS_MIN  3
#define SEPARATORS   " \t,;./+&"
#define EN_DASH      "–"
#define NO_BREAK     "\u00A0"
#define NARROW_BREAK "\u202F"

static const char *const names[DAYS][2] = {
    {"lundi", "monday"},
    {"mardi", "tuesday"},
    {"mercredi", "wednesday"},
    {"jeudi", "thursday"},
    {"vendredi", "friday"},
    {"samedi", "saturday"},
    {"dimanche", "sunday"},
};

struct week {
	bool works[DAYS + 1]; /* by number, from 1 */
	int last;             /* the day a range would start from; 0 none */
	bool range;           /* "-" or "au" was read: the next day ends it */
};

static int refuse(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("ce ne sont pas des jours : écrivez lun-ven, lun mar jeu ou "
	      "12345",
		"not days: write mon-fri, mon tue thu or 12345"));
}

/* The number of the day whose name starts with ${word}, or 0. */
static int day_of(const char *word)
{
	size_t len = strlen(word);

	if (len < LETTERS_MIN)
		return 0;
	for (int day = 1; day <= DAYS; day++) {
		for (size_t i = 0; i < 2; i++) {
			if (strncmp(names[day - 1][i], word, len) == 0)
				return day;
		}
	}
	return 0;
}

static int add_day(struct week *week, int day, struct err *err)
{
	int first = week->range ? week->last : day;

	if (first > day) {
		return err_set(err, E_INVALID,
		    L("la semaine va de lundi à dimanche : écrivez les jours "
		      "un à un",
			"a week goes from Monday to Sunday: write the days "
			"one by one"));
	}
	for (int each = first; each <= day; each++)
		week->works[each] = true;
	/* "1-3-5" is no range. */
	week->last = week->range ? 0 : day;
	week->range = false;
	return 0;
}

static int add_digits(struct week *week, const char *word, struct err *err)
{
	int rc = 0;

	for (; rc == 0 && *word != '\0'; word++) {
		if (*word < '1' || *word > '0' + DAYS)
			return refuse(err);
		rc = add_day(week, *word - '0', err);
	}
	return rc;
}

static bool is_range(const char *word)
{
	return strcmp(word, "-") == 0 || strcmp(word, "a") == 0 ||
	       strcmp(word, "au") == 0 || strcmp(word, "to") == 0;
}

static bool is_filler(const char *word)
{
	return strcmp(word, "et") == 0 || strcmp(word, "and") == 0 ||
	       strcmp(word, "du") == 0 || strcmp(word, "le") == 0;
}

static int add_word(struct week *week, const char *word, struct err *err)
{
	if (is_range(word)) {
		if (week->last == 0 || week->range)
			return refuse(err);
		week->range = true;
		return 0;
	}
	if (is_filler(word))
		return 0;
	if (word[0] >= '0' && word[0] <= '9')
		return add_digits(week, word, err);
	if (day_of(word) == 0)
		return refuse(err);
	return add_day(week, day_of(word), err);
}

/* A dash, which text_fold would drop, as a word of its own. */
static void spread(struct buf *out, const char *text)
{
	while (*text != '\0') {
		size_t len = 1;

		if (strncmp(text, EN_DASH, strlen(EN_DASH)) == 0) {
			len = strlen(EN_DASH);
			buf_add_text(out, " - ");
		} else if (strncmp(text, NO_BREAK, strlen(NO_BREAK)) == 0) {
			len = strlen(NO_BREAK);
			buf_add_char(out, ' ');
		} else if (strncmp(text, NARROW_BREAK, strlen(NARROW_BREAK)) ==
			   0) {
			len = strlen(NARROW_BREAK);
			buf_add_char(out, ' ');
		} else if (*text == '-') {
			buf_add_text(out, " - ");
		} else {
			buf_add_char(out, *text);
		}
		text += len;
	}
}

static int read_words(struct week *week, char *words, struct err *err)
{
	struct buf folded = BUF_INIT;
	char *word, *save = NULL;
	int rc = 0;

	for (word = strtok_r(words, SEPARATORS, &save); rc == 0 && word != NULL;
	     word = strtok_r(NULL, SEPARATORS, &save)) {
		buf_reset(&folded);
		if (strcmp(word, "-") == 0)
			buf_add_text(&folded, word);
		else
			text_fold(&folded, word);
		rc = buf_check(&folded, err);
		if (rc == 0)
			rc = add_word(week, buf_text(&folded), err);
	}
	buf_free(&folded);
	return rc;
}

int weekdays_parse(char out[WEEKDAYS_TEXT], const char *text, struct err *err)
{
	struct week week = {0};
	struct buf words = BUF_INIT;
	size_t len = 0;
	int rc;

	spread(&words, text);
	buf_add_char(&words, ' ');
	if ((rc = buf_check(&words, err)) < 0 ||
	    (rc = read_words(&week, words.data, err)) < 0)
		goto out;
	for (int day = 1; day <= DAYS; day++) {
		if (week.works[day])
			out[len++] = (char)('0' + day);
	}
	out[len] = '\0';
	if (len == 0 || week.range)
		rc = refuse(err);
out:
	buf_free(&words);
	return rc;
}
