#include <string.h>

#include "server/import/stay.h"

/* The index of the stay that lasts today or comes next; -1 for none. Later
 * ones win. */
static int current(const json_t *stays, const char *today)
{
	int found = -1;

	for (size_t i = 0; i < json_array_size(stays); i++) {
		const char *to = json_text(json_array_get(stays, i), "to");

		if (to[0] == '\0' || strcmp(to, today) >= 0)
			found = (int)i;
	}
	return found;
}

const char *stay_crew(const json_t *worker, const struct date *today)
{
	const json_t *stays = json_object_get(worker, "crews");
	char day[DATE_TEXT];
	int index;

	date_format(today, day);
	if ((index = current(stays, day)) < 0)
		return "";
	return json_text(json_array_get(stays, (size_t)index), "crew");
}

static bool begin(json_t *stays, const char *crew, const char *from)
{
	json_t *stay = json_object();

	if (json_put_text(stay, "crew", crew) &&
	    json_put_text(stay, "from", from))
		return json_array_append_new(stays, stay) == 0;
	json_decref(stay);
	return false;
}

/* Who comes back the day after leaving has not left. */
static bool resume(json_t *stays, const char *crew, const char *yesterday)
{
	size_t count = json_array_size(stays);
	json_t *last = count > 0 ? json_array_get(stays, count - 1) : NULL;

	return last != NULL && strcmp(json_text(last, "crew"), crew) == 0 &&
	       strcmp(json_text(last, "to"), yesterday) == 0 &&
	       json_object_del(last, "to") == 0;
}

static bool change(
    json_t *stays, int index, const char *crew, const struct date *today)
{
	struct date before = date_from_days(date_days(today) - 1);
	char day[DATE_TEXT], yesterday[DATE_TEXT];
	json_t *stay = index < 0 ? NULL : json_array_get(stays, (size_t)index);

	date_format(today, day);
	date_format(&before, yesterday);
	if (stay == NULL)
		return resume(stays, crew, yesterday) ||
		       begin(stays, crew, day);
	if (strcmp(json_text(stay, "from"), yesterday) <= 0)
		return json_put_text(stay, "to", yesterday) &&
		       begin(stays, crew, day);
	/* It had not begun before today: nobody was in it. */
	if (strcmp(json_text(stay, "from"), day) > 0)
		return json_put_text(stay, "crew", crew);
	return json_array_remove(stays, (size_t)index) == 0 &&
	       (resume(stays, crew, yesterday) || begin(stays, crew, day));
}

json_t *stay_enter(
    const json_t *worker, const char *crew, const struct date *today)
{
	const json_t *before = json_object_get(worker, "crews");
	json_t *stays = before != NULL ? json_clone(before) : json_array();
	char day[DATE_TEXT];
	bool done;
	int index;

	if (stays == NULL)
		return NULL;
	date_format(today, day);
	index = current(stays, day);
	if (json_array_size(stays) == 0)
		done = begin(stays, crew, STAY_ALWAYS);
	else if (index >= 0 &&
		 strcmp(json_text(json_array_get(stays, (size_t)index), "crew"),
		     crew) == 0)
		done = true;
	else
		done = change(stays, index, crew, today);
	if (done)
		return stays;
	json_decref(stays);
	return NULL;
}
