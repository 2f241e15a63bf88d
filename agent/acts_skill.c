#include <stdio.h>

#include "agent/acts.h"
#include "agent/acts_skill.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/record.h"

#define OBSERVATION_LEN 8 /* random bytes of its identity */

/* Label, scale and catalogue are copied: catalogues change, what was seen
 * does not. */
static int make_value(json_t **out, const struct acts_skill *seen,
    const struct roster_item *worker, const char *site, struct err *err)
{
	json_t *value = json_object();
	char hours[RECORD_KEY_MAX] = "";

	if (seen->slot != NULL)
		record_key_hours(hours, worker->id, seen->day, seen->slot);

	*out = value;
	if (value == NULL ||
	    !json_put_text(value, "skill", seen->skill->code) ||
	    !json_put_text(value, "label", seen->skill->label) ||
	    !json_put_text(value, "catalogue", seen->skill->name) ||
	    !json_put_text(value, "scale", CATALOGUE_SCALE) ||
	    (seen->level > 0 && !json_put_int(value, "level", seen->level)) ||
	    !json_put_text(value, "day", seen->day) ||
	    (site[0] != '\0' && !json_put_text(value, "site", site)) ||
	    (hours[0] != '\0' && !json_put_text(value, "hours", hours)) ||
	    (seen->phase > 0 && !json_put_int(value, "phase", seen->phase)))
		return err_nomem(err);
	return 0;
}

static int find_site(const struct roster *roster,
    const struct roster_item *worker, const char *text, const char **out,
    struct err *err)
{
	const struct roster_item *site;
	int rc;

	*out = "";
	if (text == NULL || text[0] == '\0')
		return 0;
	rc = roster_site(roster, worker->structure, text, &site, err);
	if (rc == 0)
		*out = site->id;
	return rc;
}

static void make_id(const struct os *os, char id[TEXT_ID_MAX + 1])
{
	uint8_t bytes[OBSERVATION_LEN];
	char hex[2 * OBSERVATION_LEN + 1];

	os_random(os, bytes, sizeof(bytes));
	enc_hex(bytes, sizeof(bytes), hex);
	(void)snprintf(id, TEXT_ID_MAX + 1, "o-%s", hex);
}

int acts_skill_add(struct save *save, const struct roster *roster,
    const struct roster_item *worker, const struct acts_skill *seen,
    char id[TEXT_ID_MAX + 1], struct hash *hash, struct err *err)
{
	char record[RECORD_KEY_MAX], person[TEXT_NAME_MAX + 1];
	struct entry_draft draft = {.kind = "skill", .note = seen->note};
	const char *site;
	json_t *value = NULL;
	int rc;

	if (seen->note != NULL && seen->note[0] != '\0' &&
	    (rc = acts_check_note(L("note", "note"), seen->note, err)) < 0)
		return rc;
	if ((rc = find_site(roster, worker, seen->site, &site, err)) < 0 ||
	    (rc = acts_person(save->agent, roster, seen->as,
		 roster_crew_of(roster, worker, seen->day, NULL), person,
		 err)) < 0 ||
	    (rc = make_value(&value, seen, worker, site, err)) < 0)
		goto out;
	make_id(save->agent->os, id);
	record_key_make(record, "skill", worker->id, id);
	draft.structure = worker->structure;
	draft.record = record;
	draft.value = value;
	draft.person = person;
	rc = save_add(save, &draft, hash, err);
out:
	json_decref(value);
	return rc;
}
