#include <inttypes.h>
#include <string.h>

#include "server/alert.h"
#include "server/alert_accident.h"
#include "server/devices.h"
#include "server/health.h"
#include "server/import/people.h"
#include "server/store/oddities.h"
#include "shared/date.h"
#include "shared/entry.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/signoff.h"

struct listing {
	struct office *office;
	json_t *rows;
	const char *alert;
};

/* ${text} is consumed. */
static int add(struct listing *listing, const struct oddity *oddity,
    struct buf *text, const char *todo, struct err *err)
{
	struct office *office = listing->office;
	char since[STAMP_TEXT] = "";
	struct device device = {.found = false};
	int rc;

	if (oddity->last_s > 0)
		stamp_format(oddity->last_s, since);
	if ((rc = buf_check(text, err)) == 0 && oddity->device[0] != '\0')
		rc = ledger_device(office->db, oddity->structure,
		    oddity->device, office->server.pub, &device, err);
	if (rc == 0 &&
	    json_array_append_new(listing->rows,
		json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "alert",
		    listing->alert, "structure", oddity->structure, "device",
		    oddity->device, "name", device.name, "count",
		    (json_int_t)oddity->count, "since", since, "text",
		    buf_text(text), "todo", todo)) < 0)
		rc = err_nomem(err);
	buf_free(text);
	return rc;
}

/* The office's own keys branch whenever it is restored, which an epoch says
 * already. */
static bool is_ours(const struct listing *listing, const struct oddity *oddity)
{
	return strcmp(oddity->device, listing->office->server_device) == 0 ||
	       strcmp(oddity->device, listing->office->console_device) == 0;
}

static int add_branch(
    void *context, const struct oddity *oddity, struct err *err)
{
	struct listing *listing = context;
	struct buf text = BUF_INIT;

	if (is_ours(listing, oddity))
		return 0;
	buf_printf(&text,
	    L("ce poste a été copié, ou remis d'après une copie : %" PRId64
	      " suites de ses envois ; rien n'est perdu",
		"this laptop was copied, or put back from a copy: %" PRId64
		" stories of what it sent; nothing is lost"),
	    oddity->count);
	return add(listing, oddity, &text,
	    L("demandez qui s'en sert ; si personne ne sait, révoquez ce "
	      "poste, effacez son dossier de données et enrôlez-le à neuf",
		"ask who uses it; if nobody knows, revoke this laptop, remove "
		"its data directory and enrol it anew"),
	    err);
}

static int add_hole(void *context, const struct oddity *oddity, struct err *err)
{
	struct listing *listing = context;
	struct buf text = BUF_INIT;

	if (is_ours(listing, oddity))
		return 0;
	buf_printf(&text,
	    L("lots de ce poste que le serveur a perdus : %" PRId64,
		"sets of this laptop that the server lost: %" PRId64),
	    oddity->count);
	return add(listing, oddity, &text,
	    L("faites faire un envoi à ce poste", "have this laptop sync"),
	    err);
}

static int add_fork(void *context, const struct oddity *oddity, struct err *err)
{
	struct listing *listing = context;
	struct buf text = BUF_INIT;
	int64_t missed;
	int rc = oddities_missed(listing->office->db, oddity->structure,
	    oddity->device, &missed, err);

	if (rc < 0)
		return rc;
	buf_printf(&text,
	    L("lots de ce poste qui contredisent le journal, gardés comme "
	      "preuve : %" PRId64,
		"sets of this laptop that contradict the log, kept as "
		"evidence: %" PRId64),
	    oddity->count);
	if (missed > 0)
		buf_printf(&text,
		    L(" ; d'autres sont venus %" PRId64 " fois, comptés sans "
		      "être gardés",
			"; more came %" PRId64 " times, counted and not kept"),
		    missed);
	return add(context, oddity, &text,
	    L("demandez qui s'en sert : deux copies de ce poste écrivent",
		"ask who uses it: two copies of this laptop write"),
	    err);
}

static int add_quarantined(
    void *context, const struct oddity *oddity, struct err *err)
{
	struct buf text = BUF_INIT;

	buf_printf(&text,
	    L("saisies mises à part : %" PRId64 " (%s)",
		"entries set aside: %" PRId64 " (%s)"),
	    oddity->count, entry_fault_text(oddity->what));
	return add(context, oddity, &text,
	    L("lisez-les (« quarantine list ») et voyez avec la personne ; "
	      "rien n'est effacé",
		"read them (\"quarantine list\") and see with the person; "
		"nothing is erased"),
	    err);
}

static void tell_epoch(
    struct buf *out, const struct record_row *row, const json_t *value)
{
	const json_t *receipt = json_object_get(value, "receipt");

	buf_printf(out,
	    L("ce serveur a été remis d'après une sauvegarde : époque %s après "
	      "le n° %" PRId64 " ; un poste tenait le reçu n° %" PRId64
	      " de l'époque %" PRId64,
		"this server was restored from a backup: epoch %s after no. "
		"%" PRId64 "; a laptop held receipt no. %" PRId64
		" of epoch %" PRId64),
	    row->subject, json_int(value, "base", 0), json_int(receipt, "n", 0),
	    json_int(receipt, "epoch", 0));
}

static int add_epoch(
    void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	struct oddity oddity = {
	    .structure = row->structure, .device = "", .what = "", .count = 1};
	struct buf text = BUF_INIT;
	json_t *value = NULL;
	int rc;

	if ((rc = oddities_record_time(listing->office->db, row->structure,
		 row->record, &oddity.last_s, err)) < 0 ||
	    (row->value[0] == '{' && (rc = json_read(&value, row->value,
					  strlen(row->value), err)) < 0))
		return rc;
	tell_epoch(&text, row, value);
	json_decref(value);
	return add(listing, &oddity, &text,
	    L("attendez un envoi de chaque poste, puis refaites ce que le "
	      "bureau seul avait noté depuis la sauvegarde : imports, "
	      "clôtures, révocations",
		"wait for a sync of every laptop, then do again what the "
		"office alone had recorded since the backup: imports, "
		"closings, revocations"),
	    err);
}

/* Does the record say no, as far as it tells without its month? */
static bool may_disagree(const struct record_row *row)
{
	return strcmp(row->state, RECORD_CONTESTED) == 0 ||
	       strstr(row->value, "\"answer\":\"" SIGNOFF_DISAGREE "\"") !=
	           NULL;
}

/* The worker's name, as people say it. */
static int add_worker(struct buf *out, struct office *office,
    const struct record_row *row, struct err *err)
{
	struct people *people = NULL;
	const struct person *person;
	int rc = people_load(&people, office->db, row->structure, err);

	if (rc < 0)
		return rc;
	person = people_find(people, row->structure, row->subject);
	if (person != NULL)
		people_name(out, person);
	else
		buf_add_text(out, row->subject);
	people_free(people);
	return 0;
}

/* Where it is looked into. */
static bool put_place(
    json_t *rows, const struct record_row *row, const char *month)
{
	json_t *last = json_array_get(rows, json_array_size(rows) - 1);

	return json_put_text(last, "worker", row->subject) &&
	       json_put_text(last, "day", month);
}

static int tell_disagreement(struct buf *out, struct office *office,
    const struct record_row *row, const char *month, const struct signoff *no,
    struct err *err)
{
	int rc = add_worker(out, office, row, err);

	buf_add_text(out, L(" n'est pas d'accord avec ses heures de ",
			      " disagrees with the hours of "));
	buf_printf(
	    out, "%.2s/%.4s : %s", month + strlen("2026-"), month, no->reason);
	if (no->state == SIGNOFF_IS_STALE)
		buf_add_text(out, L(" (des heures ont changé depuis)",
				      " (hours have changed since)"));
	return rc;
}

/* A no stands until there is another answer, also when the month changed: what
 * changed may be another day. */
static int add_disagreement(
    void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	struct signoff_sheet sheet = {0};
	struct buf text = BUF_INIT;
	struct record_key key;
	struct signoff no;
	struct oddity oddity = {
	    .structure = row->structure, .device = no.device, .count = 1};
	int rc;

	if (!may_disagree(row))
		return 0;
	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    (rc = signoff_sheet_load(&sheet, listing->office->db,
		 row->structure, row->subject, key.part, err)) < 0 ||
	    (rc = signoff_read(&no, listing->office->db, &sheet, err)) < 0 ||
	    !no.disagreed ||
	    (rc = oddities_record_time(listing->office->db, row->structure,
		 row->record, &oddity.last_s, err)) < 0)
		goto out;
	if ((rc = tell_disagreement(
		 &text, listing->office, row, key.part, &no, err)) < 0) {
		buf_free(&text);
		goto out;
	}
	rc = add(listing, &oddity, &text,
	    L("voyez avec son encadrant : corrigez ou expliquez, puis faites "
	      "signer de nouveau",
		"see with the supervisor: correct or explain, then have it "
		"signed again"),
	    err);
	if (rc == 0 && !put_place(listing->rows, row, key.part))
		rc = err_nomem(err);
out:
	signoff_sheet_clear(&sheet);
	return rc;
}

int alerts_json(struct office *office, json_t **out, struct err *err)
{
	static const struct {
		const char *alert;
		int (*list)(struct db *db, oddity_each *each, void *context,
		    struct err *err);
		oddity_each *add;
	} lists[] = {
	    {ALERT_BRANCH, oddities_branches, add_branch},
	    {ALERT_FORK, oddities_forks, add_fork},
	    {ALERT_HOLE, oddities_holes, add_hole},
	    {ALERT_QUARANTINE, oddities_quarantined, add_quarantined},
	};
	struct listing listing = {office, json_array(), ALERT_EPOCH};
	int rc;

	if (listing.rows == NULL)
		return err_nomem(err);
	if ((rc = alert_accidents(office, listing.rows, err)) == 0)
		rc = ledger_family(
		    office->db, NULL, "epoch", add_epoch, &listing, err);
	for (size_t i = 0; rc == 0 && i < sizeof(lists) / sizeof(lists[0]);
	     i++) {
		listing.alert = lists[i].alert;
		rc = lists[i].list(office->db, lists[i].add, &listing, err);
	}
	if (rc == 0)
		rc = devices_alerts(office, listing.rows, err);
	if (rc == 0)
		rc = health_alerts(office, listing.rows, err);
	listing.alert = ALERT_DISAGREE;
	if (rc == 0)
		rc = ledger_family(office->db, NULL, SIGNOFF_FAMILY,
		    add_disagreement, &listing, err);
	if (rc < 0) {
		json_decref(listing.rows);
		return rc;
	}
	*out = listing.rows;
	return 0;
}
