#include "server/import/stick.h"

#include <stdlib.h>
#include <string.h>

#include "server/ingest.h"
#include "server/suspension.h"
#include "shared/lang.h"
#include "shared/ledger_device.h"
#include "shared/usb.h"
#include "shared/wire.h"

/* Whoever carries the stick is no device: sets come from others, in any
 * order, and holes are fine. */
#define CARRIER ""

/* The set in hand. */
struct taking {
	struct office *office;
	struct stick_summary *out;
	const char *file;
	struct push push;
	struct ingest_result results[WIRE_SETS_MAX];
	size_t count;
};

void stick_clear(struct stick_summary *summary)
{
	json_decref(summary->devices);
	json_decref(summary->faults);
	memset(summary, 0, sizeof(*summary));
}

/* ---- counting ---- */

static json_t *find_device(const struct stick_summary *summary, const char *id)
{
	size_t i;
	json_t *device;

	json_array_foreach(summary->devices, i, device)
	{
		if (strcmp(json_text(device, "device"), id) == 0)
			return device;
	}
	return NULL;
}

/* What the office calls a device; ${structure} "" for a file that could not
 * be read, which tells nothing of it. */
static int name_device(struct taking *taking, json_t *json, const char *id,
    const char *structure, struct err *err)
{
	struct device device = {.found = false};
	int rc;

	if (structure[0] == '\0' || json_text(json, "name")[0] != '\0')
		return 0;
	if ((rc = ledger_device(taking->office->db, structure, id,
		 taking->office->server.pub, &device, err)) < 0 ||
	    !device.found)
		return rc;
	return json_put_text(json, "name", device.name) &&
	               json_put(json, "revoked", json_boolean(device.revoked))
	           ? 0
	           : err_nomem(err);
}

static int device_of(struct taking *taking, const char *id,
    const char *structure, json_t **out, struct err *err)
{
	if ((*out = find_device(taking->out, id)) == NULL) {
		*out = json_pack("{s:s,s:s,s:b,s:i,s:i,s:i,s:i,s:i}", "device",
		    id, "name", "", "revoked", 0, "new", 0, "known", 0,
		    "refused", 0, "entries", 0, "quarantined", 0);
		if (*out == NULL ||
		    json_array_append_new(taking->out->devices, *out) < 0)
			return err_nomem(err);
	}
	return name_device(taking, *out, id, structure, err);
}

static bool count(json_t *device, const char *what, int64_t more)
{
	return json_put_int(device, what, json_int(device, what, 0) + more);
}

/* ---- refusing ---- */

static int refuse(struct taking *taking, const char *id, const char *structure,
    const char *why, const char *message, struct err *err)
{
	json_t *device;
	int rc = device_of(taking, id, structure, &device, err);

	if (rc < 0)
		return rc;
	taking->out->refused++;
	if (!count(device, "refused", 1) ||
	    json_array_append_new(taking->out->faults,
		json_pack("{s:s,s:s,s:s,s:s}", "file", taking->file, "device",
		    id, "why", why, "message", message)) < 0)
		return err_nomem(err);
	return 0;
}

/* The device that the directory's name claims; "" when it claims none. */
static void claimed(const char *file, char out[DEVICE_TEXT])
{
	char place[USB_PLACE_TEXT];
	size_t len = strcspn(file, "/");

	out[0] = '\0';
	if (len >= sizeof(place))
		return;
	memcpy(place, file, len);
	place[len] = '\0';
	if (usb_is_place(place))
		text_copy(out, DEVICE_TEXT, place + strlen(USB_PREFIX));
}

/* A file that is refused whole, for the fault ${why}. */
static int refuse_file(
    struct taking *taking, const struct err *why, struct err *err)
{
	const struct push *push = &taking->push;
	char id[DEVICE_TEXT];

	claimed(taking->file, id);
	if (push->count > 0 && push->sets[0].header.device[0] != '\0')
		return refuse(taking, push->sets[0].header.device,
		    push->sets[0].header.structure, err_slug(why->code),
		    why->text, err);
	return refuse(taking, id, "", err_slug(why->code), why->text, err);
}

static int refuse_set(struct taking *taking, const struct changeset *set,
    const char *why, struct err *err)
{
	const char *message =
	    strcmp(why, "suspended") == 0
		? L("poste suspendu par le bureau : rien n'en est pris et la "
		    "clé reste comme elle est ; gardez-la, et importez-la de "
		    "nouveau une fois le poste repris (« device resume »)",
		      "device suspended by the office: nothing of it is taken "
		      "and the stick stays as it is; keep it, and import it "
		      "again once the device is resumed (\"device resume\")")
	    : strcmp(why, "fork") == 0
		? L("le journal tient une autre suite sous ce numéro : gardé "
		    "comme preuve, voyez les alertes ; ce poste redira le "
		    "reste à son prochain envoi",
		      "the log holds another story under this number: kept as "
		      "evidence, see the alerts; this laptop will tell the "
		      "rest with its next sync")
		: L("poste inconnu de cette structure : enrôlez-le, puis "
		    "recommencez",
		      "device unknown to this structure: enrol it, then try "
		      "again");

	return refuse(taking, set->header.device, set->header.structure, why,
	    message, err);
}

/* ---- taking ---- */

static int tell_set(struct taking *taking, size_t i, struct err *err)
{
	const struct changeset *set = &taking->push.sets[i];
	const struct ingest_result *result = &taking->results[i];
	bool new = result->state == INGEST_STORED;
	json_t *device;
	int rc;

	if (result->state == INGEST_ASIDE)
		return refuse_set(taking, set, result->why, err);
	if ((rc = device_of(taking, set->header.device, set->header.structure,
		 &device, err)) < 0)
		return rc;
	taking->out->taken += new;
	taking->out->known += !new;
	if (!count(device, new ? "new" : "known", 1) ||
	    (new && (!count(device, "entries", (int64_t)set->count) ||
			!count(device, "quarantined",
			    (int64_t)result->fault_count))))
		return err_nomem(err);
	return 0;
}

/* Is it the file's own fault? Anything else is ours, and ends the import. */
static bool is_its_own(int code)
{
	return code == E_INVALID || code == E_LIMIT || code == E_SIGNATURE ||
	       code == E_AUTH || code == E_CONFLICT;
}

static int read_file(
    struct taking *taking, const struct import_input *input, struct err *err)
{
	if (input->data.len == 0)
		return err_set(err, E_INVALID,
		    L("fichier vide, illisible ou de plus de %zu octets : "
		      "recopiez la clé depuis le poste",
			"file empty, unreadable or over %zu bytes: copy the "
			"stick again from the laptop"),
		    STICK_FILE_MAX);
	return wire_push_decode(
	    &taking->push, input->data.data, input->data.len, err);
}

/* Its sets wait as those that it would send (server/suspension.h): by whatever
 * way they come. */
static int refuse_suspended(
    struct taking *taking, bool *refused, struct err *err)
{
	const struct push *push = &taking->push;
	int rc = 0;

	*refused = false;
	for (size_t i = 0; rc == 0 && !*refused && i < push->count; i++)
		rc = suspension_in(taking->office,
		    push->sets[i].header.structure, push->sets[i].header.device,
		    refused, err);
	for (size_t i = 0; rc == 0 && *refused && i < push->count; i++)
		rc = refuse_set(taking, &push->sets[i], "suspended", err);
	return rc;
}

static int take_file(
    struct taking *taking, const struct import_input *input, struct err *err)
{
	struct err why = ERR_INIT;
	bool refused;
	int rc;

	taking->file = input->name;
	taking->count = 0;
	memset(&taking->push, 0, sizeof(taking->push));
	if ((rc = read_file(taking, input, &why)) == 0 &&
	    ((rc = refuse_suspended(taking, &refused, err)) < 0 || refused))
		goto out;
	if (rc == 0)
		rc = ingest_push(taking->office, CARRIER, &taking->push,
		    taking->results, &taking->count, &why);
	if (rc < 0) {
		rc = is_its_own(rc) ? refuse_file(taking, &why, err)
		                    : err_set(err, rc, "%s", why.text);
		goto out;
	}
	for (size_t i = 0; rc == 0 && i < taking->count; i++)
		rc = tell_set(taking, i, err);
out:
	wire_push_clear(&taking->push);
	return rc;
}

int stick_import(struct office *office, const struct import_input *inputs,
    size_t count, struct stick_summary *out, struct err *err)
{
	struct taking *taking = calloc(1, sizeof(*taking));
	int rc = 0;

	memset(out, 0, sizeof(*out));
	out->devices = json_array();
	out->faults = json_array();
	if (taking == NULL || out->devices == NULL || out->faults == NULL) {
		free(taking);
		return err_nomem(err);
	}
	taking->office = office;
	taking->out = out;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = take_file(taking, &inputs[i], err);
	free(taking);
	return rc;
}
