#include <inttypes.h>
#include <poll.h>

#include "agent/cmd.h"
#include "agent/sync.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"

#define WAIT_MS  15000 /* for a sync under way */
#define RETRY_MS 100

static json_t *receipt_json(const struct sync_summary *summary)
{
	return summary->last_receipt == 0
	           ? json_null()
	           : json_pack("{s:s,s:I}", "structure",
			 summary->last_structure, "n",
			 (json_int_t)summary->last_receipt);
}

static json_t *sync_json(
    const struct sync_summary *summary, int rc, const char *cause, int64_t kept)
{
	return json_pack("{s:i,s:s,s:I,s:I,s:I,s:o,s:I,s:I,s:I,s:s?}", "schema",
	    1, "state", err_slug(rc), "sent", (json_int_t)summary->entries_sent,
	    "received", (json_int_t)summary->sets_received, "quarantined",
	    (json_int_t)summary->quarantined, "receipt", receipt_json(summary),
	    "kept", (json_int_t)kept, "supplied",
	    (json_int_t)summary->sets_supplied, "epoch",
	    (json_int_t)summary->epoch, "cause", rc < 0 ? cause : NULL);
}

static void tell(struct buf *out, const struct sync_summary *summary)
{
	buf_printf(out,
	    L("saisies envoyées : %" PRId64 " ; lots reçus : %" PRId64 "\n",
		"entries sent: %" PRId64 "; sets received: %" PRId64 "\n"),
	    summary->entries_sent, summary->sets_received);
	if (summary->last_receipt > 0)
		buf_printf(out,
		    L("reçues par le bureau : preuve n° %" PRId64 " (%s)\n",
			"received by the office: receipt no. %" PRId64
			" (%s)\n"),
		    summary->last_receipt, summary->last_structure);
}

static void tell_epoch(struct call *call, const struct sync_summary *summary)
{
	if (summary->epoch > 0)
		cmd_note(call,
		    L("le serveur du bureau a été remis d'après une sauvegarde "
		      "(époque %" PRId64 ") : ce qu'il avait perdu lui a été "
		      "renvoyé",
			"the office's server was restored from a backup (epoch "
			"%" PRId64 "): what it had lost was sent to it again"),
		    summary->epoch);
}

static void warn_quarantined(
    struct call *call, const struct sync_summary *summary)
{
	if (summary->quarantined > 0)
		cmd_note(call,
		    L("attention : saisies mises à part par le bureau : "
		      "%" PRId64 " ; appelez-le",
			"warning: entries set aside by the office: "
			"%" PRId64 "; call it"),
		    summary->quarantined);
}

/* What does not wait for the office any more, or still does. */
static int count_kept(struct agent *agent, int64_t *kept, struct err *err)
{
	*kept = 0;
	return ledger_unsent(agent->db, agent->device, kept, err);
}

/* Whatever went wrong, what is recorded stays. */
static void tell_kept(struct call *call, int64_t kept)
{
	if (kept > 0)
		cmd_note(call,
		    L("saisies que le bureau n'a pas encore reçues, gardées "
		      "ici : %" PRId64 " ; rien n'est perdu",
			"entries that the office has not received yet, kept "
			"here: %" PRId64 "; nothing is lost"),
		    kept);
	else
		cmd_note(call, "%s", L("rien n'est perdu", "nothing is lost"));
}

/* `pointeau run` syncs by itself: its turn is soon over. */
static int sync_in_turn(
    struct agent *agent, struct sync_summary *summary, struct err *err)
{
	int64_t end_ms = os_monotonic_ms() + WAIT_MS;
	int rc;

	while ((rc = sync_run(agent, summary, err)) == E_LOCKED &&
	       os_monotonic_ms() < end_ms)
		(void)poll(NULL, 0, RETRY_MS);
	return rc;
}

int cmd_sync(struct call *call, struct err *err)
{
	struct sync_summary summary = {0};
	struct err ignored = ERR_INIT;
	struct agent agent;
	int64_t kept = 0;
	int rc, told;

	if ((rc = cmd_open(call, &agent, false, err)) < 0)
		return rc;
	rc = sync_in_turn(&agent, &summary, err);
	told = count_kept(&agent, &kept, rc < 0 ? &ignored : err);
	if (rc == 0 && told < 0)
		rc = told;
	if (cmd_json(call)) {
		told =
		    cmd_answer(call, sync_json(&summary, rc, err->cause, kept),
			rc < 0 ? &ignored : err);
		rc = rc < 0 ? rc : told;
	} else if (rc == 0) {
		tell(call->out, &summary);
	}
	tell_epoch(call, &summary);
	warn_quarantined(call, &summary);
	cmd_tell_rotation(call, &summary);
	if (rc < 0)
		tell_kept(call, kept);
	agent_close(&agent);
	return rc;
}
