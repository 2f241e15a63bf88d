#include <stdlib.h>
#include <string.h>

#include "server/digests.h"
#include "shared/ledger_lists.h"

struct digest {
	struct lists_stamp stamp;
	char structure[TEXT_ID_MAX + 1];
	char device[DEVICE_TEXT];
	char text[SCOPE_DIGEST_TEXT]; /* "" for an empty place */
};

/* A pair has one place; another pair of the same place takes it over. Pages
 * that no device falls on cost nothing. */
struct digests {
	struct digest *places; /* owned */
	int64_t made;
};

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

static int make(struct office *office, const char *structure,
    const char *device, char out[SCOPE_DIGEST_TEXT], struct err *err)
{
	struct scope *scope = NULL;
	int rc;

	if ((rc = scope_load(&scope, office->db, structure, device, err)) == 0)
		rc = scope_digest(scope, out, err);
	scope_free(scope);
	return rc;
}

int digests_scope(struct office *office, const char *structure,
    const char *device, char out[SCOPE_DIGEST_TEXT], struct err *err)
{
	struct digests *digests = office->digests;
	struct lists_stamp stamp;
	struct digest *place;
	int rc;

	/* Who only reads keeps none: another process changes the lists. */
	if (digests == NULL)
		return make(office, structure, device, out, err);
	place = place_of(digests, structure, device);
	if ((rc = ledger_lists_stamp(office->db, structure, &stamp, err)) < 0)
		return rc;
	if (is_good(place, structure, device, &stamp)) {
		memcpy(out, place->text, SCOPE_DIGEST_TEXT);
		return 0;
	}
	digests->made++;
	rc = make(office, structure, device, out, err);
	/* What is not committed may never have been. */
	if (rc < 0 || db_in_transaction(office->db))
		return rc;
	place->stamp = stamp;
	text_copy(place->structure, sizeof(place->structure), structure);
	text_copy(place->device, sizeof(place->device), device);
	text_copy(place->text, sizeof(place->text), out);
	return 0;
}
