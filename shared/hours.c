#include <string.h>

#include "shared/hours.h"
#include "shared/lang.h"
#include "shared/text.h"

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

static int read_clock(const char *text)
{
	int minutes;

	/* Most often it is not there. */
	if (text[0] == '\0' || clock_parse(&minutes, text, NULL) < 0)
		return -1;
	return minutes;
}

void hours_read(struct hours *out, const json_t *value)
{
	out->minutes = (int)json_int(value, "minutes", 0);
	out->kind = json_text(value, "kind");
	out->site = json_text(value, "site");
	out->activity = json_text(value, "activity");
	out->start = read_clock(json_text(value, "start"));
	out->end = read_clock(json_text(value, "end"));
	out->pause = (int)json_int(value, "break", 0);
}

void hours_read_flat(struct hours *out, const struct json_flat *value)
{
	out->minutes = (int)json_flat_int(value, "minutes", 0);
	out->kind = json_flat_text(value, "kind");
	out->site = json_flat_text(value, "site");
	out->activity = json_flat_text(value, "activity");
	out->start = read_clock(json_flat_text(value, "start"));
	out->end = read_clock(json_flat_text(value, "end"));
	out->pause = (int)json_flat_int(value, "break", 0);
}

int hours_check(const json_t *value, struct err *err)
{
	struct hours hours;

	hours_read(&hours, value);
	return hours_check_read(&hours, err);
}

int hours_check_read(const struct hours *hours, struct err *err)
{
	const struct kind *kind = kind_by_slug(hours->kind);

	if (hours->minutes == 0 && kind != NULL && !kind->absence) {
		return err_set(err, E_INVALID,
		    L("durée nulle : « %s » demande une durée, par exemple "
		      "3h30",
			"no duration: \"%s\" wants one, such as 3h30"),
		    kind_label(kind));
	}
	if (hours->start >= 0 && hours->end >= 0 &&
	    hours->end <= hours->start) {
		return err_set(err, E_INVALID,
		    L("la fin vient avant le début",
			"the end comes before the start"));
	}
	if (hours->start >= 0 && hours->end >= 0 &&
	    hours->minutes > hours->end - hours->start) {
		return err_set(err, E_INVALID,
		    L("la durée ne tient pas entre le début et la fin",
			"the duration does not fit between start and end"));
	}
	return 0;
}

/* ---- for people ---- */

int hours_slot(char out[HOURS_SLOT_TEXT], const char *text, struct err *err)
{
	static const struct {
		const char *word;
		const char *slot;
	} words[] = {
	    {"am", "am"},
	    {"pm", "pm"},
	    {"matin", "am"},
	    {"morning", "am"},
	    {"après-midi", "pm"},
	    {"aprem", "pm"},
	    {"afternoon", "pm"},
	};
	char other[HOURS_SLOT_TEXT] = "x1";

	for (; other[1] <= '9'; other[1]++) {
		if (text_same(other, text)) {
			memcpy(out, other, HOURS_SLOT_TEXT);
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_same(words[i].word, text)) {
			memcpy(out, words[i].slot, HOURS_SLOT_TEXT);
			return 0;
		}
	}
	return err_set(err, E_INVALID,
	    L("créneau inconnu : am (matin), pm (après-midi) ou x1 à x9 (autre "
	      "moment du jour)",
		"unknown slot: am (morning), pm (afternoon) or x1 to x9 "
		"(another stretch of the day)"));
}

void hours_describe(struct buf *out, const json_t *value)
{
	char duration[DURATION_TEXT], start[CLOCK_TEXT], end[CLOCK_TEXT];
	const struct kind *kind;
	struct hours hours;

	hours_read(&hours, value);
	duration_format(hours.minutes, duration);
	kind = kind_by_slug(hours.kind);
	if (hours.minutes > 0)
		buf_printf(out, "%s ", duration);
	buf_add_text(out, kind != NULL ? kind_label(kind) : hours.kind);
	if (hours.site[0] != '\0')
		buf_printf(out, ", %s", hours.site);
	if (hours.activity[0] != '\0')
		buf_printf(out, ", %s", hours.activity);
	if (hours.start < 0 || hours.end < 0)
		return;
	clock_format(hours.start, start);
	clock_format(hours.end, end);
	buf_printf(out, " (%s–%s)", start, end);
}
