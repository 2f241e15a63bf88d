#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/closed.h"
#include "agent/cmd.h"
#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/metered.h"
#include "agent/slots.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/os_place.h"

#define MEGABYTE 1000000
#define DISK_LOW (INT64_C(100) * MEGABYTE)

/* Everything that is told. */
struct status {
	struct agent agent;
	struct ledger_counts counts;
	int64_t contested;
	bool revoked;
	struct buf name;
	struct buf server;
	struct buf words;
	struct buf last_error;
	struct buf trouble;  /* its slug */
	struct buf cause;    /* a finer word, or "" */
	const char *network; /* a word of metered.h */
	struct auto_sync_metered metered;
	char last_success[STAMP_TEXT]; /* "" for never */
	char last_attempt[STAMP_TEXT];
	char next_attempt[STAMP_TEXT];
	int64_t failures;  /* since the last success */
	const char *clock; /* a word of clock.h */
	int64_t age_s; /* since the office last answered; -1: it never did */
	int64_t disk_free; /* -1: nobody knows */
	json_t *structures;
	json_t *epochs; /* opened by a restored server */
	json_t *closed; /* months, by the office */
};

static void status_clear(struct status *status)
{
	buf_free(&status->name);
	buf_free(&status->server);
	buf_free(&status->words);
	buf_free(&status->last_error);
	buf_free(&status->trouble);
	buf_free(&status->cause);
	json_decref(status->structures);
	json_decref(status->epochs);
	json_decref(status->closed);
	agent_close(&status->agent);
}

/* 0 when it is not set. */
static int read_number(
    struct status *status, const char *setting, int64_t *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = journal_get(status->agent.db, setting, &text, err);

	*out = strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	return rc;
}

static int read_stamp(struct status *status, const char *setting,
    char out[STAMP_TEXT], struct err *err)
{
	int64_t seconds;
	int rc = read_number(status, setting, &seconds, err);

	if (rc == 0 && seconds > 0)
		stamp_format(seconds, out);
	return rc;
}

/* How long ago the office was last heard of, by what it signed or by a sync
 * that succeeded. */
static int read_age(struct status *status, struct err *err)
{
	int64_t success_s, receipt_s, last_s;
	int rc;

	if ((rc = read_number(status, SETTING_LAST_SUCCESS, &success_s, err)) <
		0 ||
	    (rc = clock_read(&status->agent, &status->clock, &receipt_s, err)) <
		0)
		return rc;
	last_s = success_s > receipt_s ? success_s : receipt_s;
	status->age_s = last_s > 0 ? os_now_s(status->agent.os) - last_s : -1;
	/* A clock that is behind makes it no future. */
	if (last_s > 0 && status->age_s < 0)
		status->age_s = 0;
	status->disk_free = os_disk_free(status->agent.directory);
	return 0;
}

/* The network as it is now; why the last attempt failed is another thing. */
static int read_network(
    struct status *status, const struct call *call, struct err *err)
{
	metered_read(&status->metered, cmd_config(call));
	status->network = metered_network(&status->metered, status->agent.os);
	return journal_get(
	    status->agent.db, SETTING_CAUSE, &status->cause, err);
}

static int read_revoked(struct status *status, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = journal_get(status->agent.db, SETTING_REVOKED, &text, err);

	status->revoked = strcmp(buf_text(&text), "1") == 0;
	buf_free(&text);
	return rc;
}

static int add_structure(
    void *context, const struct follow *follow, struct err *err)
{
	struct status *status = context;

	/* The office's own log is no structure to people. */
	if (strcmp(follow->structure, STRUCTURE_OFFICE) == 0)
		return 0;
	return json_array_append_new(
		   status->structures, json_string(follow->structure)) == 0
	           ? 0
	           : err_nomem(err);
}

/* The office's server was restored: since when, and why it says so. */
static int add_epoch(
    void *context, const struct record_row *row, struct err *err)
{
	struct status *status = context;
	const json_t *receipt;
	json_t *value = NULL;
	int rc = 0;

	if (row->value[0] != '{')
		return 0;
	if ((rc = json_read(&value, row->value, strlen(row->value), err)) < 0)
		return rc;
	receipt = json_object_get(value, "receipt");
	if (json_array_append_new(status->epochs,
		json_pack("{s:s,s:I,s:I,s:I}", "structure", row->structure,
		    "epoch", (json_int_t)json_int(value, "epoch", 0), "base",
		    (json_int_t)json_int(value, "base", 0), "receipt",
		    (json_int_t)json_int(receipt, "n", 0))) < 0)
		rc = err_nomem(err);
	json_decref(value);
	return rc;
}

static int count_contested(struct status *status, struct err *err)
{
	struct slots slots;
	int rc = slots_load_contested(&slots, status->agent.db, err);

	status->contested = (int64_t)slots.count;
	slots_clear(&slots);
	return rc;
}

static int read_closed(struct status *status, struct err *err)
{
	struct closed closed;
	int rc = closed_load(&closed, status->agent.db, err);

	if (rc == 0 && (status->closed = closed_json(&closed)) == NULL)
		rc = err_nomem(err);
	closed_clear(&closed);
	return rc;
}

static int status_load(
    struct status *status, const struct call *call, struct err *err)
{
	struct db *db;
	int rc;

	if ((rc = cmd_open(call, &status->agent, false, err)) < 0)
		return rc;
	if ((status->structures = json_array()) == NULL ||
	    (status->epochs = json_array()) == NULL)
		return err_nomem(err);
	db = status->agent.db;
	if ((rc = ledger_count(
		 db, status->agent.device, &status->counts, err)) < 0 ||
	    (rc = count_contested(status, err)) < 0 ||
	    (rc = read_revoked(status, err)) < 0 ||
	    (rc = read_closed(status, err)) < 0 ||
	    (rc = journal_get(db, SETTING_NAME, &status->name, err)) < 0 ||
	    (rc = journal_get(db, SETTING_URL, &status->server, err)) < 0 ||
	    (rc = journal_get(
		 db, SETTING_LAST_ERROR, &status->last_error, err)) < 0 ||
	    (rc = read_stamp(status, SETTING_LAST_SUCCESS, status->last_success,
		 err)) < 0 ||
	    (rc = read_stamp(status, SETTING_LAST_ATTEMPT, status->last_attempt,
		 err)) < 0 ||
	    (rc = read_stamp(status, SETTING_NEXT_ATTEMPT, status->next_attempt,
		 err)) < 0 ||
	    (rc = read_number(
		 status, SETTING_FAILURES, &status->failures, err)) < 0 ||
	    (rc = journal_get(db, SETTING_TROUBLE, &status->trouble, err)) <
		0 ||
	    (rc = read_age(status, err)) < 0 ||
	    (rc = read_network(status, call, err)) < 0 ||
	    (rc = ledger_family(db, NULL, "epoch", add_epoch, status, err)) <
		0 ||
	    (rc = journal_follow_all(db, add_structure, status, err)) < 0)
		return rc;
	return enrol_words(&status->agent, &status->words, err);
}

/* NULL in JSON for what never was. */
static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static json_t *number_or_null(int64_t number)
{
	return number >= 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *status_json(const struct status *status)
{
	return json_pack("{s:i,s:s,s:s,s:s,s:O,s:I,s:I,s:I,s:I,s:I,s:s?,s:s?,"
			 "s:s?,s:s?,s:I,s:s?,s:b,s:s,s:O,s:O,s:s,s:o,s:o,"
			 "s:s?,s:s,s:s}",
	    "schema", 1, "device", status->agent.device, "name",
	    buf_text(&status->name), "server", buf_text(&status->server),
	    "structures", status->structures, "kept",
	    (json_int_t)status->counts.kept, "sent",
	    (json_int_t)status->counts.sent, "received",
	    (json_int_t)status->counts.received, "contested",
	    (json_int_t)status->contested, "quarantined",
	    (json_int_t)status->counts.quarantined, "last_success",
	    or_null(status->last_success), "last_attempt",
	    or_null(status->last_attempt), "last_error",
	    or_null(buf_text(&status->last_error)), "trouble",
	    or_null(buf_text(&status->trouble)), "failures",
	    (json_int_t)status->failures, "next_attempt",
	    or_null(status->next_attempt), "revoked", status->revoked, "words",
	    buf_text(&status->words), "epochs", status->epochs, "closed",
	    status->closed, "clock", status->clock, "age_s",
	    number_or_null(status->age_s), "disk_free",
	    number_or_null(status->disk_free), "cause",
	    or_null(buf_text(&status->cause)), "network", status->network,
	    "metered", status->metered.wait ? "wait" : "send");
}

static void add_counts(struct buf *out, const struct status *status)
{
	buf_printf(out,
	    L("gardées ici   %" PRId64 "\nparties       %" PRId64
	      "\nreçues        %" PRId64 "\nà vérifier    %" PRId64,
		"kept here     %" PRId64 "\nsent          %" PRId64
		"\nreceived      %" PRId64 "\nto be checked %" PRId64),
	    status->counts.kept, status->counts.sent, status->counts.received,
	    status->contested + status->counts.quarantined);
	if (status->contested + status->counts.quarantined > 0)
		buf_printf(out,
		    L(" (contestées : %" PRId64
		      ", mises de côté par le bureau : %" PRId64 ")",
			" (contested: %" PRId64
			", set aside by the office: %" PRId64 ")"),
		    status->contested, status->counts.quarantined);
	buf_add_char(out, '\n');
}

static void add_sync(struct buf *out, const struct status *status)
{
	const char *never = L("jamais", "never");

	buf_printf(out,
	    L("\ndernier envoi réussi %s\ndernier essai        %s\n",
		"\nlast success %s\nlast attempt %s\n"),
	    status->last_success[0] != '\0' ? status->last_success : never,
	    status->last_attempt[0] != '\0' ? status->last_attempt : never);
	if (status->last_error.len > 0)
		buf_printf(out,
		    L("dernière erreur      %s\n", "last error   %s\n"),
		    buf_text(&status->last_error));
	if (status->trouble.len > 0)
		buf_add_text(out,
		    L("                     « pointeau doctor » dit quoi "
		      "faire\n",
			"             \"pointeau doctor\" says what to do\n"));
	if (status->next_attempt[0] != '\0')
		buf_printf(out,
		    L("prochain essai       %s (échecs de suite : %" PRId64
		      ")\n",
			"next attempt %s (failures in a row: %" PRId64 ")\n"),
		    status->next_attempt, status->failures);
}

static void add_network(struct buf *out, const struct status *status)
{
	if (strcmp(status->network, "none") == 0)
		buf_add_text(out,
		    L("réseau               aucun : tout reste gardé ici, et "
		      "partira à son retour\n",
			"network      none: all is kept here, and leaves "
			"once it is back\n"));
	else if (strcmp(status->network, "metered") != 0)
		return;
	else if (status->metered.wait)
		buf_add_text(out,
		    L("réseau               compté : n'envoie que ce que l'on "
		      "attend, sinon une fois par jour\n",
			"network      metered: sends only what somebody waits "
			"for, else once a day\n"));
	else
		buf_add_text(out,
		    L("réseau               compté : n'interroge le bureau "
		      "qu'une fois par heure\n",
			"network      metered: asks the office only once an "
			"hour\n"));
}

static void add_clock(struct buf *out, const struct status *status)
{
	if (strcmp(status->clock, "behind") == 0)
		buf_add_text(out,
		    L("\nL'horloge de ce poste retarde sur celle du bureau : "
		      "mettez-la à l'heure avant de saisir.\n",
			"\nThis laptop's clock is behind the office's: set it "
			"right before you record.\n"));
	else if (strcmp(status->clock, "jumped") == 0)
		buf_add_text(out,
		    L("\nL'horloge de ce poste a sauté de plus d'une heure : "
		      "vérifiez la date et l'heure avant de saisir.\n",
			"\nThis laptop's clock jumped by over an hour: check "
			"the date and time before you record.\n"));
}

static void add_disk(struct buf *out, const struct status *status)
{
	if (status->disk_free < 0 || status->disk_free > DISK_LOW)
		return;
	buf_printf(out,
	    L("\nLe disque est presque plein (%" PRId64 " Mo libres) : libérez "
	      "de la place, sinon plus rien ne pourra être saisi.\n",
		"\nThe disk is almost full (%" PRId64 " MB free): free some "
		"space, or nothing more can be recorded.\n"),
	    status->disk_free / MEGABYTE);
}

static void add_epochs(struct buf *out, const struct status *status)
{
	size_t i;
	const json_t *epoch;

	json_array_foreach(status->epochs, i, epoch) buf_printf(out,
	    L("serveur remis d'après une sauvegarde : structure %s, "
	      "époque %" PRId64 " après le n° %" PRId64
	      " ; un poste tenait le reçu n° %" PRId64 "\n",
		"server restored from a backup: structure %s, epoch "
		"%" PRId64 " after no. %" PRId64
		"; a laptop held receipt no. %" PRId64 "\n"),
	    json_text(epoch, "structure"), json_int(epoch, "epoch", 0),
	    json_int(epoch, "base", 0), json_int(epoch, "receipt", 0));
}

static void add_closed(struct buf *out, const struct status *status)
{
	size_t count = json_array_size(status->closed);

	for (size_t i = 0; i < count; i++) {
		const json_t *month = json_array_get(status->closed, i);

		buf_printf(out,
		    L("mois clos : %s de %s, le %s\n",
			"closed month: %s of %s, on %s\n"),
		    json_text(month, "month"), json_text(month, "structure"),
		    json_text(month, "at"));
	}
}

static void add_device(struct buf *out, const struct status *status)
{
	buf_printf(out,
	    L("poste %s (%s)\nserveur %s\nmots à comparer avec le bureau : "
	      "%s\n\n",
		"device %s (%s)\nserver %s\nwords to compare with the "
		"office: %s\n\n"),
	    buf_text(&status->name), status->agent.device,
	    buf_text(&status->server), buf_text(&status->words));
}

int cmd_status(struct call *call, struct err *err)
{
	struct status status = {0};
	int rc = status_load(&status, call, err);

	if (rc == 0 && cmd_json(call)) {
		rc = cmd_answer(call, status_json(&status), err);
	} else if (rc == 0) {
		add_device(call->out, &status);
		add_counts(call->out, &status);
		add_sync(call->out, &status);
		add_network(call->out, &status);
		add_epochs(call->out, &status);
		add_closed(call->out, &status);
		add_clock(call->out, &status);
		add_disk(call->out, &status);
		if (status.revoked)
			buf_add_text(call->out,
			    L("\nCe poste est révoqué : appelez le bureau.\n",
				"\nThis device is revoked: call the "
				"office.\n"));
		rc = buf_check(call->out, err);
	}
	status_clear(&status);
	return rc;
}
