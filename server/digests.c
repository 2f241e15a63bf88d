#include <stdlib.h>
#include <string.h>

#include "server/digests.h"
#include "shared/ledger_lists.h"

struct digest {
	struct lists_stamp stamp;
	char structure[TEXT_ID_MAX + 1];
	char device[DEVICE_TEXT];
	char text[SCOPE_DIGEST_TEXT]; /* "" for an empty place */
	struct scope *scope;          /* owned; NULL when it made room */
};

/* A pair has one place; another pair of the same place takes it over. Pages
 * that no device falls on cost nothing. */
struct digests {
	struct digest *places; /* owned */
	int64_t made;
	uint32_t ring[DIGESTS_SCOPES_MAX]; /* places with scopes, in turn */
	size_t turn, ring_count;
	bool in_group;
	struct digest *unsure[DIGESTS_UNSURE_MAX]; /* made in this group */
	size_t unsure_count;
};

static void drop_scope(struct digest *place)
{
	scope_free(place->scope);
	place->scope = NULL;
}

int digests_new(struct digests **out, struct err *err)
{
	struct digests *digests = calloc(1, sizeof(*digests));

	*out = digests;
	if (digests == NULL)
		return err_nomem(err);
	digests->places = calloc(DIGESTS_MAX, sizeof(*digests->places));
	if (digests->places != NULL)
		return 0;
	free(digests);
	*out = NULL;
	return err_nomem(err);
}

void digests_free(struct digests *digests)
{
	if (digests == NULL)
		return;
	for (size_t i = 0; i < digests->ring_count; i++)
		drop_scope(&digests->places[digests->ring[i]]);
	free(digests->places);
	free(digests);
}

int64_t digests_made(const struct digests *digests)
{
	return digests->made;
}

/* FNV-1a; whoever makes places collide only makes itself read its lists. */
static uint64_t mix(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	return (hash ^ '/') * 1099511628211U;
}

static struct digest *place_of(
    struct digests *digests, const char *structure, const char *device)
{
	uint64_t hash = mix(mix(14695981039346656037U, structure), device);

	return &digests->places[(hash ^ hash >> 32) % DIGESTS_MAX];
}

static bool is_good(const struct digest *digest, const char *structure,
    const char *device, const struct lists_stamp *stamp)
{
	return digest->text[0] != '\0' &&
	       digest->stamp.version == stamp->version &&
	       digest->stamp.completed == stamp->completed &&
	       strcmp(digest->device, device) == 0 &&
	       strcmp(digest->structure, structure) == 0;
}

/* The scope and its digest, as they are now. */
static int make(struct office *office, const char *structure,
    const char *device, char text[SCOPE_DIGEST_TEXT], struct scope **out,
    struct err *err)
{
	int rc = scope_load(out, office->db, structure, device, err);

	if (rc < 0 || (rc = scope_digest(*out, text, err)) == 0)
		return rc;
	scope_free(*out);
	*out = NULL;
	return rc;
}

/* ---- keeping ---- */

static void keep_scope(
    struct digests *digests, struct digest *place, struct scope *scope)
{
	uint32_t *turn = &digests->ring[digests->turn];

	drop_scope(place);
	scope_trim(scope);
	if (scope_size(scope) > DIGESTS_SCOPE_SIZE)
		return;
	if (digests->ring_count < DIGESTS_SCOPES_MAX)
		digests->ring_count++;
	else
		drop_scope(&digests->places[*turn]);
	*turn = (uint32_t)(place - digests->places);
	digests->turn = (digests->turn + 1) % DIGESTS_SCOPES_MAX;
	place->scope = scope_hold(scope);
}

/* What is not committed may never have been. */
static bool may_keep(struct digests *digests, const struct db *db)
{
	return !db_in_transaction(db) ||
	       (digests->in_group &&
		   digests->unsure_count < DIGESTS_UNSURE_MAX);
}

static void keep(struct office *office, struct digest *place,
    const char *structure, const char *device, const struct lists_stamp *stamp,
    const char *text, struct scope *scope)
{
	struct digests *digests = office->digests;

	if (!may_keep(digests, office->db))
		return;
	if (db_in_transaction(office->db))
		digests->unsure[digests->unsure_count++] = place;
	place->stamp = *stamp;
	text_copy(place->structure, sizeof(place->structure), structure);
	text_copy(place->device, sizeof(place->device), device);
	text_copy(place->text, sizeof(place->text), text);
	keep_scope(digests, place, scope);
}

/* ---- groups ---- */

void digests_begin(struct digests *digests)
{
	if (digests == NULL)
		return;
	digests->in_group = true;
	digests->unsure_count = 0;
}

void digests_undone(struct digests *digests)
{
	if (digests == NULL)
		return;
	for (size_t i = 0; i < digests->unsure_count; i++) {
		digests->unsure[i]->text[0] = '\0';
		drop_scope(digests->unsure[i]);
	}
	digests->unsure_count = 0;
}

void digests_end(struct digests *digests, bool committed)
{
	if (digests == NULL)
		return;
	if (!committed)
		digests_undone(digests);
	digests->unsure_count = 0;
	digests->in_group = false;
}

/* ---- asking ---- */

/* Either may be NULL: not wanted. */
static int find(struct office *office, const char *structure,
    const char *device, char text[SCOPE_DIGEST_TEXT], struct scope **out,
    struct err *err)
{
	struct digests *digests = office->digests;
	char made[SCOPE_DIGEST_TEXT];
	struct lists_stamp stamp;
	struct digest *place;
	struct scope *scope;
	int rc;

	place = place_of(digests, structure, device);
	if ((rc = ledger_lists_stamp(office->db, structure, &stamp, err)) < 0)
		return rc;
	if (is_good(place, structure, device, &stamp) &&
	    (out == NULL || place->scope != NULL)) {
		if (text != NULL)
			memcpy(text, place->text, SCOPE_DIGEST_TEXT);
		if (out != NULL)
			*out = scope_hold(place->scope);
		return 0;
	}
	digests->made++;
	if ((rc = make(office, structure, device, made, &scope, err)) < 0)
		return rc;
	keep(office, place, structure, device, &stamp, made, scope);
	if (text != NULL)
		memcpy(text, made, SCOPE_DIGEST_TEXT);
	if (out != NULL)
		*out = scope;
	else
		scope_free(scope);
	return 0;
}

int digests_scope(struct office *office, const char *structure,
    const char *device, char out[SCOPE_DIGEST_TEXT], struct err *err)
{
	struct scope *scope;
	int rc;

	/* Who only reads keeps none: another process changes the lists. */
	if (office->digests != NULL)
		return find(office, structure, device, out, NULL, err);
	if ((rc = make(office, structure, device, out, &scope, err)) == 0)
		scope_free(scope);
	return rc;
}

int digests_take(struct office *office, const char *structure,
    const char *device, struct scope **out, struct err *err)
{
	*out = NULL;
	return office->digests == NULL
	           ? scope_load(out, office->db, structure, device, err)
	           : find(office, structure, device, NULL, out, err);
}
