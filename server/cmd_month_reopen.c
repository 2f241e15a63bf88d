/* A closed month opened and closed anew, with two people. */
#include "server/closing.h"
#include "server/cmd.h"
#include "server/cmd_month.h"
#include "server/month.h"
#include "shared/lang.h"
#include "shared/text.h"

static int need_reason(const struct call *call, struct err *err)
{
	if (opt_given(call, "reason"))
		return 0;
	return err_set(err, E_USAGE,
	    L("il manque --reason : pourquoi rouvrir ?",
		"--reason is missing: why reopen?"));
}

/* Two people at one shell, the second one named. */
static int reopen_at_once(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const struct closing_reopening reopening = {
	    .reason = opt_value(call, "reason"),
	    .first = opt_value(call, "as"),
	    .second = opt_value(call, "second"),
	    .exception = opt_value(call, "exception"),
	    .seen = cmd_month_seen(call),
	};
	int rc;

	if (office->signer != NULL && reopening.first == NULL)
		return err_set(err, E_FORBIDDEN,
		    L("la seconde personne confirme par son propre compte",
			"the second person confirms by his or her own "
			"account"));
	if ((rc = need_reason(call, err)) < 0 ||
	    (rc = month_reason_check(reopening.reason, err)) < 0)
		return rc;
	if (reopening.first != NULL &&
	    text_same(reopening.first, reopening.second))
		return err_set(err, E_INVALID,
		    L("--second : une autre personne que --as",
			"--second: another person than --as"));
	if ((rc = closing_reopen(office, cmd_month_structure(call),
		 call->args[0], &reopening, err)) < 0)
		return rc;
	return cmd_month_tell_closed(call, err);
}

static int tell_asked(struct call *call, bool asked, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s}", "schema", 1, "reopening",
			asked ? "asked" : "withdrawn"),
		    err);
	if (asked)
		buf_printf(call->out,
		    L("Mois %s de %s : réouverture demandée. Une autre "
		      "personne la confirme : « month reopen --confirm ».\n",
			"Month %s of %s: reopening asked for. Another person "
			"confirms it: \"month reopen --confirm\".\n"),
		    call->args[0], cmd_month_structure(call));
	else
		buf_printf(call->out,
		    L("Mois %s de %s : demande retirée.\n",
			"Month %s of %s: request taken back.\n"),
		    call->args[0], cmd_month_structure(call));
	return buf_check(call->out, err);
}

static int run_reopen(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const char *month = call->args[0];
	const char *structure = cmd_month_structure(call);
	const char *reason = opt_value(call, "reason");
	int rc;

	if (opt_given(call, "confirm") + opt_given(call, "withdraw") +
		opt_given(call, "second") >
	    1)
		return err_set(err, E_USAGE,
		    L("--second, --confirm ou --withdraw : un seul des trois",
			"--second, --confirm or --withdraw: one of the "
			"three"));
	if (opt_given(call, "second"))
		return reopen_at_once(call, err);
	if (opt_given(call, "confirm")) {
		rc = month_reopening_confirm(office, structure, month,
		    opt_value(call, "exception"), cmd_month_seen(call), err);
		return rc < 0 ? rc : cmd_month_tell_closed(call, err);
	}
	if ((rc = need_reason(call, err)) < 0)
		return rc;
	if (opt_given(call, "withdraw")) {
		rc = month_reopening_withdraw(
		    office, structure, month, reason, err);
		return rc < 0 ? rc : tell_asked(call, false, err);
	}
	rc = month_reopening_ask(office, structure, month, reason, err);
	return rc < 0 ? rc : tell_asked(call, true, err);
}

int cmd_month_reopen(struct call *call, struct err *err)
{
	return cmd_month_act_as(call, run_reopen, err);
}
