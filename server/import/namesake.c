#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/namesake.h"
#include "shared/json.h"
#include "shared/text.h"

/* One person while the choice is made. */
struct choice {
	char *group;   /* owned: crew and folded first name */
	size_t length; /* code points of the last name */
	size_t letters;
	bool done;
};

static void add_key(struct buf *out, const struct choice *choice,
    const char *last, size_t letters)
{
	struct buf start = BUF_INIT;

	buf_reset(out);
	buf_add_text(out, choice->group);
	buf_add_char(out, '\n');
	buf_add(&start, last, text_prefix(last, letters));
	text_fold(out, buf_text(&start));
	out->failed |= start.failed;
	buf_free(&start);
}

static bool ends_in_separator(const char *last, size_t letters)
{
	const char *end = last + text_prefix(last, letters - 1);

	return strchr(" -'.", *end) != NULL ||
	       strncmp(end, "’", strlen("’")) == 0 ||
	       strncmp(end, "\u00A0", 2) == 0;
}

static int begin(
    struct choice *choice, const struct namesake *person, struct err *err)
{
	struct buf group = BUF_INIT;

	buf_add_text(&group, person->crew);
	buf_add_char(&group, '\n');
	text_fold(&group, person->first);
	choice->length = text_length(person->last);
	if ((choice->group = buf_take(&group)) == NULL)
		return err_nomem(err);
	return 0;
}

/* How many people start alike with ${letters} letters. */
static int count_starts(json_t *starts, const struct choice *choices,
    const struct namesake *people, size_t count, size_t letters,
    struct buf *key, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		add_key(key, &choices[i], people[i].last, letters);
		if (buf_check(key, err) < 0 ||
		    !json_put_int(starts, buf_text(key),
			json_int(starts, buf_text(key), 0) + 1))
			return err_nomem(err);
	}
	return 0;
}

/* Decide for whom ${letters} letters are enough; are all decided? */
static bool decide(const json_t *starts, struct choice *choices,
    const struct namesake *people, size_t count, size_t letters,
    struct buf *key)
{
	bool all = true;

	for (size_t i = 0; i < count; i++) {
		struct choice *choice = &choices[i];

		if (choice->done)
			continue;
		add_key(key, choice, people[i].last, letters);
		choice->letters = letters;
		choice->done = letters >= choice->length ||
		               (letters >= people[i].letters &&
				   json_int(starts, buf_text(key), 0) == 1 &&
				   !ends_in_separator(people[i].last, letters));
		all = all && choice->done;
	}
	return all;
}

static int choose(struct choice *choices, const struct namesake *people,
    size_t count, struct err *err)
{
	struct buf key = BUF_INIT;
	bool all = false;
	int rc = 0;

	for (size_t letters = 1; rc == 0 && !all; letters++) {
		json_t *starts = json_object();

		rc = count_starts(
		    starts, choices, people, count, letters, &key, err);
		if (rc == 0) {
			all = decide(
			    starts, choices, people, count, letters, &key);
			rc = buf_check(&key, err);
		}
		json_decref(starts);
	}
	buf_free(&key);
	return rc;
}

int namesake_choose(struct namesake *people, size_t count, struct err *err)
{
	struct choice *choices = calloc(count + 1, sizeof(*choices));
	int rc = choices != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = begin(&choices[i], &people[i], err);
	if (rc == 0)
		rc = choose(choices, people, count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		people[i].letters = choices[i].letters < choices[i].length
		                        ? choices[i].letters
		                        : choices[i].length;
	}
	for (size_t i = 0; choices != NULL && i < count; i++)
		free(choices[i].group);
	free(choices);
	return rc;
}
