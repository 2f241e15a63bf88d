#include <string.h>

#include "agent/acts.h"
#include "agent/journal.h"
#include "shared/hours.h"
#include "shared/lang.h"

int acts_slot(char out[ACTS_SLOT_TEXT], const char *text, struct err *err)
{
	return hours_slot(out, text, err);
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
	hours_describe(out, value);
}
