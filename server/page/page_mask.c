/*
 * What tells of somebody's health, taken out of an answer for who may not
 * read it (docs/office.md, "Health"): the kinds sick, accident and medical
 * become "absence", under which their minutes are summed, and notes and
 * reasons of hours are left out.
 */
#include <ctype.h>
#include <string.h>

#include "server/page/page_parts.h"
#include "shared/kind.h"
#include "shared/text.h"

#define MASK "absence"

static const char *const health[] = {"sick", "accident", "medical"};

#define HEALTH_COUNT (sizeof(health) / sizeof(health[0]))

static bool is_slug(const char *text)
{
	for (size_t i = 0; i < HEALTH_COUNT; i++) {
		if (strcmp(health[i], text) == 0)
			return true;
	}
	return false;
}

/* ---- texts ---- */

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80) != 0;
}

/* Does ${word} stand at ${at}, as a word of the text that begins at
 * ${start}? */
static bool stands(const char *start, const char *at, const char *word)
{
	size_t len = strlen(word);

	return strncmp(at, word, len) == 0 && !is_letter(at[len]) &&
	       (at == start || !is_letter(at[-1]));
}

/* Bytes of the label of such a kind at ${at}; 0: none is there. The slugs of
 * two are also words of the trade ("medical"): they count between quotes
 * alone, as in a value that is shown as text. */
static size_t label_at(const char *start, const char *at)
{
	for (size_t i = 0; i < HEALTH_COUNT; i++) {
		const struct kind *kind = kind_by_slug(health[i]);

		if (stands(start, at, kind->fr))
			return strlen(kind->fr);
		if (stands(start, at, kind->en))
			return strlen(kind->en);
		if (stands(start, at, health[i]) && at > start &&
		    at[-1] == '"' && at[strlen(health[i])] == '"')
			return strlen(health[i]);
	}
	return 0;
}

/* ${text} without them, to own; NULL when there is none in it, or without
 * memory (*failed). */
static json_t *masked_text(const char *text, bool *failed)
{
	struct buf out = BUF_INIT;
	json_t *json = NULL;
	bool found = false;

	if (is_slug(text))
		return json_string(MASK);
	for (const char *at = text; *at != '\0';) {
		size_t len = label_at(text, at);

		if (len > 0) {
			buf_add_text(&out, MASK);
			found = true;
			at += len;
		} else {
			buf_add_char(&out, *at++);
		}
	}
	if (out.failed)
		*failed = true;
	else if (found)
		json = json_string(buf_text(&out));
	buf_free(&out);
	return json;
}

/* ---- sums ---- */

/* ${a} and ${b} as one: numbers are added, objects member by member, lists
 * one after the other. Of anything else ${a} stays. NULL: no memory. */
static json_t *sum(const json_t *a, json_t *b)
{
	const char *name;
	json_t *value, *out;

	if (json_is_integer(a) && json_is_integer(b))
		return json_integer(
		    json_integer_value(a) + json_integer_value(b));
	if ((out = json_clone(a)) == NULL)
		return NULL;
	if (json_is_array(a) && json_is_array(b)) {
		(void)json_array_extend(out, b);
	} else if (json_is_object(a) && json_is_object(b)) {
		json_object_foreach(b, name, value)
		{
			json_t *both = json_object_get(a, name);

			(void)json_object_set_new(out, name,
			    both != NULL ? sum(both, value)
					 : json_clone(value));
		}
	}
	return out;
}

/* ---- objects ---- */

/* A line about hours: its reason may say why somebody was away. */
static bool is_of_hours(const json_t *object)
{
	static const char *const marks[] = {"slot", "minutes", "before",
	    "after", "before_text", "after_text", "hours"};
	const char *record = json_text(object, "record");

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (json_object_get(object, marks[i]) != NULL)
			return true;
	}
	return strncmp(record, "hours/", 6) == 0;
}

/* Members called as the kinds become one. */
static int join_members(json_t *object, struct err *err)
{
	json_t *joined = NULL;

	for (size_t i = 0; i < HEALTH_COUNT; i++) {
		json_t *value = json_object_get(object, health[i]);
		json_t *both;

		if (value == NULL)
			continue;
		both = joined == NULL ? json_incref(value) : sum(joined, value);
		json_decref(joined);
		if ((joined = both) == NULL)
			return err_nomem(err);
		(void)json_object_del(object, health[i]);
	}
	if (joined != NULL && !json_put(object, MASK, joined))
		return err_nomem(err);
	return 0;
}

/* An alert of an accident (cmd_alerts.c, todo/) is about nothing else. */
static bool is_accident(const json_t *item)
{
	return strcmp(json_text(item, "alert"), "accident") == 0 ||
	       strcmp(json_text(item, "what"), "alert_accident") == 0;
}

static int mask_value(json_t **value, struct err *err);

static int mask_object(json_t *object, struct err *err)
{
	const char *name;
	json_t *value;
	void *next;
	int rc;

	(void)json_object_del(object, "note");
	if (is_of_hours(object))
		(void)json_object_del(object, "reason");
	if ((rc = join_members(object, err)) < 0)
		return rc;
	json_object_foreach_safe(object, next, name, value)
	{
		json_t *now = value;

		if ((rc = mask_value(&now, err)) < 0)
			return rc;
		if (now != value && !json_put(object, name, now))
			return err_nomem(err);
	}
	return 0;
}

static int mask_array(json_t *array, struct err *err)
{
	for (size_t i = json_array_size(array); i-- > 0;) {
		json_t *value = json_array_get(array, i);
		json_t *now = value;
		int rc;

		if (is_accident(value)) {
			(void)json_array_remove(array, i);
			continue;
		}
		if ((rc = mask_value(&now, err)) < 0)
			return rc;
		if (now != value && json_array_set_new(array, i, now) < 0)
			return err_nomem(err);
	}
	return 0;
}

/* ${*value} receives another value (to own) when it must be replaced. */
static int mask_value(json_t **value, struct err *err)
{
	bool failed = false;
	json_t *text;

	if (json_is_object(*value))
		return mask_object(*value, err);
	if (json_is_array(*value))
		return mask_array(*value, err);
	if (!json_is_string(*value))
		return 0;
	text = masked_text(json_string_value(*value), &failed);
	if (failed)
		return err_nomem(err);
	if (text != NULL)
		*value = text;
	return 0;
}

int door_mask(json_t *json, struct err *err)
{
	json_t *now = json;

	return mask_value(&now, err);
}

/* Unknown names are nobody's. */
static bool has_named(const char *role, const char *name)
{
	for (int right = RIGHT_ANY + 1; right < RIGHT_COUNT; right++) {
		if (strcmp(right_name((enum right)right), name) == 0)
			return role_has(role, (enum right)right);
	}
	return false;
}

void door_keep_rights(json_t *json, const char *role)
{
	json_t *rows = json_object_get(json, "rows");

	for (size_t i = json_array_size(rows); i-- > 0;) {
		const char *right = json_text(json_array_get(rows, i), "right");

		if (right[0] != '\0' && !has_named(role, right))
			(void)json_array_remove(rows, i);
	}
}

static bool names_health(const char *text)
{
	while (*text != '\0') {
		char name[64] = "";
		size_t len = strcspn(text, ",");
		const struct kind *kind;

		memcpy(name, text, len < sizeof(name) ? len : sizeof(name) - 1);
		kind = kind_find(name);
		if (kind != NULL && is_slug(kind->slug))
			return true;
		text += len + (text[len] == ',');
	}
	return false;
}

/* A filter would tell what the answer does not. */
bool door_asks_health(const json_t *params)
{
	const json_t *kinds = json_object_get(params, "kind");

	if (json_is_string(kinds))
		return names_health(json_string_value(kinds));
	for (size_t i = 0; i < json_array_size(kinds); i++) {
		const char *kind = json_string_value(json_array_get(kinds, i));

		if (kind != NULL && names_health(kind))
			return true;
	}
	return false;
}
