#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/crews.h"
#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/text.h"

/* ---- naming them ---- */

static int note_structure(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->state, RECORD_MERGED) == 0)
		text_copy(context, TEXT_ID_MAX + 1, row->structure);
	return 0;
}

static int add_crew(
    struct office *office, const char *name, struct crews *out, struct err *err)
{
	char structure[TEXT_ID_MAX + 1] = "";
	int rc;

	if ((rc = text_check_id(name, err)) < 0)
		return rc;
	for (size_t i = 0; i < out->count; i++) {
		if (strcmp(out->items[i].crew, name) == 0)
			return 0;
	}
	if ((rc = ledger_subject(office->db, NULL, "crew", name, note_structure,
		 structure, err)) < 0)
		return rc;
	if (structure[0] == '\0') {
		return err_set(err, E_NOT_FOUND,
		    L("équipe inconnue : %s ; importez d'abord les équipes "
		      "(import crews)",
			"unknown crew: %s; import the crews first (import "
			"crews)"),
		    name);
	}
	if (out->count == ENROLMENT_CREWS_MAX) {
		return err_set(err, E_LIMIT,
		    L("plus de %d équipes", "over %d crews"),
		    ENROLMENT_CREWS_MAX);
	}
	memcpy(out->items[out->count].structure, structure, sizeof(structure));
	text_copy(out->items[out->count++].crew, TEXT_ID_MAX + 1, name);
	return 0;
}

int crews_find(struct office *office, const char *names, const char *separators,
    struct crews *out, struct err *err)
{
	char *copy = strdup(names), *at, *save = NULL;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (copy == NULL)
		return err_nomem(err);
	for (at = strtok_r(copy, separators, &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, separators, &save))
		rc = add_crew(office, at, out, err);
	if (rc == 0 && out->count == 0) {
		rc = err_set(err, E_USAGE,
		    L("aucune équipe nommée : --crew ÉQUIPE[,ÉQUIPE]",
			"no crew named: --crew CREW[,CREW]"));
	}
	free(copy);
	return rc;
}

bool crews_is_first(const struct crews *crews, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(crews->items[k].structure,
			crews->items[i].structure) == 0)
			return false;
	}
	return true;
}

int crews_structures(
    const struct crews *crews, struct buf *out, struct err *err)
{
	for (size_t i = 0; i < crews->count; i++) {
		if (crews_is_first(crews, i))
			buf_printf(out, "%s\n", crews->items[i].structure);
	}
	return buf_check(out, err);
}

/* ---- writing them into a log ---- */

json_t *crews_scope(const struct crews *crews, const char *structure)
{
	json_t *value = json_object(), *list = json_array();

	if (value == NULL || list == NULL)
		goto failed;
	for (size_t i = 0; i < crews->count; i++) {
		if (strcmp(crews->items[i].structure, structure) == 0 &&
		    json_array_append_new(
			list, json_string(crews->items[i].crew)) < 0)
			goto failed;
	}
	if (json_object_set(value, "crews", list) < 0)
		goto failed;
	json_decref(list);
	return value;
failed:
	json_decref(value);
	json_decref(list);
	return NULL;
}

struct crew_search {
	const char *crew;
	bool found;
};

static int match_crew(
    void *context, const struct record_row *row, struct err *err)
{
	struct crew_search *search = context;
	json_t *value = NULL;
	int rc = 0;

	if (row->value[0] == '{')
		rc = json_read(&value, row->value, strlen(row->value), err);
	if (strcmp(json_text(value, "crew"), search->crew) == 0)
		search->found = true;
	json_decref(value);
	return rc;
}

int crews_supervise(struct act *act, const char *structure, const char *crew,
    const char *device, const char *name, struct err *err)
{
	struct crew_search search = {crew, false};
	char subject[TEXT_ID_MAX + 1], hex[HASH_TEXT];
	struct hash hash;
	json_t *value;
	int rc;

	if ((rc = ledger_family(act->office->db, structure, "supervisor",
		 match_crew, &search, err)) < 0 ||
	    search.found)
		return rc;
	/* One for each crew that the laptop serves. */
	hash_of(&hash, crew, strlen(crew));
	hash_hex(&hash, hex);
	(void)snprintf(subject, sizeof(subject), "s-%s-%.6s", device, hex);
	if ((value = json_object()) == NULL ||
	    !json_put_text(value, "first", name) ||
	    !json_put_text(value, "crew", crew)) {
		json_decref(value);
		return err_nomem(err);
	}
	return act_set_subject(
	    act, structure, "supervisor", subject, value, err);
}
