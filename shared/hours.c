#include <string.h>

#include "shared/hours.h"
#include "shared/lang.h"

static bool put_clock(json_t *value, const char *key, int minutes)
{
	char text[CLOCK_TEXT];

	if (minutes < 0)
		return true;
	clock_format(minutes, text);
	return json_put_text(value, key, text);
}

json_t *hours_value(const struct hours *hours)
{
	json_t *value = json_object();

	if (value == NULL)
		return NULL;
	if (!json_put_int(value, "minutes", hours->minutes) ||
	    !json_put_text(value, "kind", hours->kind) ||
	    (hours->site[0] != '\0' &&
		!json_put_text(value, "site", hours->site)) ||
	    (hours->activity[0] != '\0' &&
		!json_put_text(value, "activity", hours->activity)) ||
	    !put_clock(value, "start", hours->start) ||
	    !put_clock(value, "end", hours->end) ||
	    (hours->pause > 0 && !json_put_int(value, "break", hours->pause))) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static int read_clock(const json_t *value, const char *key)
{
	int minutes;

	if (clock_parse(&minutes, json_text(value, key), NULL) < 0)
		return -1;
	return minutes;
}

void hours_read(struct hours *out, const json_t *value)
{
	out->minutes = (int)json_int(value, "minutes", 0);
	out->kind = json_text(value, "kind");
	out->site = json_text(value, "site");
	out->activity = json_text(value, "activity");
	out->start = read_clock(value, "start");
	out->end = read_clock(value, "end");
	out->pause = (int)json_int(value, "break", 0);
}

int hours_check(const json_t *value, struct err *err)
{
	const struct kind *kind;
	struct hours hours;

	hours_read(&hours, value);
	kind = kind_by_slug(hours.kind);
	if (hours.minutes == 0 && kind != NULL && !kind->absence) {
		return err_set(err, E_INVALID,
		    L("durée nulle : « %s » demande une durée, par exemple "
		      "3h30",
			"no duration: \"%s\" wants one, such as 3h30"),
		    kind_label(kind));
	}
	if (hours.start >= 0 && hours.end >= 0 && hours.end <= hours.start) {
		return err_set(err, E_INVALID,
		    L("la fin vient avant le début",
			"the end comes before the start"));
	}
	if (hours.start >= 0 && hours.end >= 0 &&
	    hours.minutes > hours.end - hours.start) {
		return err_set(err, E_INVALID,
		    L("la durée ne tient pas entre le début et la fin",
			"the duration does not fit between start and end"));
	}
	return 0;
}
