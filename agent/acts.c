#include <string.h>

#include "agent/acts.h"
#include "agent/journal.h"
#include "shared/hours.h"
#include "shared/lang.h"

int acts_slot(char out[ACTS_SLOT_TEXT], const char *text, struct err *err)
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
	char other[ACTS_SLOT_TEXT] = "x1";

	for (; other[1] <= '9'; other[1]++) {
		if (text_same(other, text)) {
			memcpy(out, other, ACTS_SLOT_TEXT);
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_same(words[i].word, text)) {
			memcpy(out, words[i].slot, ACTS_SLOT_TEXT);
			return 0;
		}
	}
	return err_set(err, E_INVALID,
	    L("créneau inconnu : am (matin), pm (après-midi) ou x1 à x9 (autre "
	      "moment du jour)",
		"unknown slot: am (morning), pm (afternoon) or x1 to x9 "
		"(another stretch of the day)"));
}

void acts_today(const struct agent *agent, char out[DATE_TEXT])
{
	struct date date;

	date_local(os_now_s(agent->os), &date);
	date_format(&date, out);
}

int acts_check_note(const char *what, const char *text, struct err *err)
{
	struct buf line = BUF_INIT;
	int rc;

	for (const char *at = text; *at != '\0'; at++)
		buf_add_char(&line,
		    *at == '\n' || *at == '\r' || *at == '\t' ? ' ' : *at);
	rc = buf_check(&line, err);
	if (rc == 0)
		rc = text_check_name(what, buf_text(&line), TEXT_NOTE_MAX, err);
	buf_free(&line);
	return rc;
}

/* What people call this laptop, else its identity. */
static int laptop_name(
    struct agent *agent, char out[TEXT_NAME_MAX + 1], struct err *err)
{
	struct buf name = BUF_INIT;
	int rc = journal_get(agent->db, SETTING_NAME, &name, err);

	if (rc == 0)
		text_copy(out, TEXT_NAME_MAX + 1,
		    name.len > 0 ? buf_text(&name) : agent->device);
	buf_free(&name);
	return rc;
}

int acts_person(struct agent *agent, const struct roster *roster,
    const char *as, const struct roster_item *crew, char out[TEXT_NAME_MAX + 1],
    struct err *err)
{
	const struct roster_item *person =
	    roster_first_supervisor(roster, crew);
	int rc;

	if (as != NULL && roster->supervisors.count > 0) {
		if ((rc = roster_supervisor(roster, as, &person, err)) < 0)
			return rc;
	} else if (as != NULL) {
		/* No list to find them on: their word is taken. */
		if ((rc = text_check_name("--as", as, TEXT_NAME_MAX, err)) < 0)
			return rc;
		text_copy(out, TEXT_NAME_MAX + 1, as);
		return 0;
	}
	if (person == NULL)
		return laptop_name(agent, out, err);
	text_copy(out, TEXT_NAME_MAX + 1, person->id);
	return 0;
}

void acts_add_person(
    struct buf *out, const struct roster *roster, const char *person)
{
	char name[ROSTER_NAME_TEXT];

	for (size_t i = 0; i < roster->supervisors.count; i++) {
		const struct roster_item *item = &roster->supervisors.items[i];

		if (strcmp(item->id, person) == 0) {
			roster_name(item, name);
			buf_add_text(out, name);
			return;
		}
	}
	buf_add_text(out, person);
}

void acts_add_value(struct buf *out, const json_t *value)
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
