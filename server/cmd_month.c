/* A month checked, declared, adjusted; and what the commands on a month share:
 * their options, on whose behalf they act, what has begun. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/closing.h"
#include "server/cmd.h"
#include "server/cmd_month.h"
#include "server/declare/declare.h"
#include "server/month.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/text.h"

/* clang-format off */
#define SOME {"structure", 0, "S", "une seule structure", \
	"one structure alone"}
#define ONE {"structure", OPT_REQUIRED, "S", "la structure", "the structure"}
#define AS {"as", 0, "USER", "au nom de qui (à la console)", \
	"on whose behalf (at the console)"}
#define SEEN {"seen", 0, "VERSION", "les chiffres lus (leur « seen »)", \
	"the figures that were read (their \"seen\")"}
#define END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_month_some_options[] = {SOME, END};
const struct opt cmd_month_one_options[] = {ONE, END};
const struct opt cmd_month_check_options[] = {SOME, AS, SEEN, END};

const struct opt cmd_month_close_options[] = {SOME, AS, SEEN,
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    END};

const struct opt cmd_month_declare_options[] = {ONE, AS, SEEN,
    {"file-hash", 0, "H", "SHA-256 du fichier envoyé",
	"SHA-256 of the file that was sent"},
    END};

const struct opt cmd_month_reopen_options[] = {ONE, AS, SEEN,
    {"reason", 0, "R", "motif, 10 lettres au moins",
	"reason, 10 letters at least"},
    {"second", 0, "P", "la seconde personne, à vos côtés : rouvre tout de suite",
	"the second person, beside you: reopens at once"},
    {"confirm", OPT_FLAG, NULL, "confirmer la demande d'une autre personne",
	"confirm another person's request"},
    {"withdraw", OPT_FLAG, NULL, "retirer la demande",
	"take the request back"},
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    END};

const struct opt cmd_month_adjust_options[] = {ONE, AS, SEEN,
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    END};
/* clang-format on */

const char *cmd_month_structure(const struct call *call)
{
	return opt_value(call, "structure");
}

const char *cmd_month_seen(const struct call *call)
{
	return opt_value(call, "seen");
}

/* ---- on whose behalf ---- */

/* At the console's shell somebody may be named: the console signs all the
 * same. An account that has logged in speaks for itself. */
struct speaking {
	struct office *office;
	struct signer signer;
	bool named;
};

static int speak_as(
    struct speaking *speaking, const struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const char *as = opt_value(call, "as");
	int rc;

	memset(speaking, 0, sizeof(*speaking));
	speaking->office = office;
	if (as == NULL)
		return 0;
	if (office->signer != NULL)
		return err_set(err, E_USAGE,
		    L("--as : seulement à la console du serveur",
			"--as: at the server's console only"));
	if ((rc = text_check_id(as, err)) < 0)
		return rc;
	speaking->named = true;
	speaking->signer.key = office->console;
	memcpy(speaking->signer.device, office->console_device, DEVICE_TEXT);
	text_copy(speaking->signer.person, sizeof(speaking->signer.person), as);
	text_copy(
	    speaking->signer.name, sizeof(speaking->signer.name), "console");
	speaking->signer.structures = SIGNER_ALL;
	office->signer = &speaking->signer;
	return 0;
}

static void speak_end(struct speaking *speaking)
{
	if (speaking->named)
		speaking->office->signer = NULL;
	crypto_wipe(&speaking->signer.key, sizeof(speaking->signer.key));
}

/* Run ${act} as whoever was named. */
int cmd_month_act_as(struct call *call,
    int (*act)(struct call *call, struct err *err), struct err *err)
{
	struct speaking speaking;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = speak_as(&speaking, call, err)) < 0)
		return rc;
	rc = act(call, err);
	speak_end(&speaking);
	return rc;
}

/* ---- only what has begun ---- */

void cmd_month_now(const struct call *call, char out[MONTH_TEXT])
{
	char day[DATE_TEXT];
	struct date today;

	date_local(os_now_s(cmd_office(call)->os), &today);
	date_format(&today, day);
	(void)snprintf(out, MONTH_TEXT, "%.7s", day);
}

int cmd_month_check_begun(const struct call *call, struct err *err)
{
	char now[MONTH_TEXT];

	cmd_month_now(call, now);
	if (strcmp(call->args[0], now) <= 0)
		return 0;
	return err_set(err, E_INVALID,
	    L("le mois %.7s n'a pas commencé : il n'y a rien à contrôler ni à "
	      "clore",
		"month %.7s has not begun: there is nothing to check or "
		"close"),
	    call->args[0]);
}

/* ---- month check ---- */

static int run_check(struct call *call, struct err *err)
{
	size_t written = 0;
	int rc;

	if ((rc = cmd_month_check_begun(call, err)) < 0)
		return rc;
	rc = month_check(cmd_office(call), call->args[0],
	    cmd_month_structure(call), cmd_month_seen(call), &written, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		buf_printf(
		    call->out, "{\"schema\":1,\"written\":%zu}\n", written);
	else if (written == 0)
		buf_add_text(call->out, L("Rien de neuf : déjà contrôlé.\n",
					    "Nothing new: checked already.\n"));
	else
		buf_printf(call->out,
		    L("Mois %s contrôlé : %zu structure(s). Tout changement le "
		      "dira à revoir.\n",
			"Month %s checked: %zu structure(s). Any change will "
			"say so.\n"),
		    call->args[0], written);
	return buf_check(call->out, err);
}

int cmd_month_check(struct call *call, struct err *err)
{
	return cmd_month_act_as(call, run_check, err);
}

/* ---- month declare ---- */

/* How many of the rows have no annex. */
static int count_without(struct call *call, int64_t *count, struct err *err)
{
	json_t *rows = NULL;
	int rc = declare_rows(cmd_office(call), cmd_month_structure(call),
	    call->args[0], &rows, err);

	*count = json_int(json_object_get(rows, "total"), "no_annex", 0);
	json_decref(rows);
	return rc;
}

static int run_declare(struct call *call, struct err *err)
{
	bool changed = false;
	int64_t without = 0;
	int rc = declare_make(cmd_office(call), cmd_month_structure(call),
	    call->args[0], opt_value(call, "file-hash"), cmd_month_seen(call),
	    &changed, err);

	if (rc < 0 || (rc = count_without(call, &without, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:b, s:I}", "schema", 1, "changed",
			changed, "no_annex", (json_int_t)without),
		    err);
	buf_printf(call->out,
	    changed
		? L("Mois %s de %s : déclaré.\n", "Month %s of %s: declared.\n")
		: L("Mois %s de %s : déjà déclaré ainsi.\n",
		      "Month %s of %s: declared so already.\n"),
	    call->args[0], cmd_month_structure(call));
	if (without > 0)
		buf_printf(call->out,
		    L("  attention, lignes sans annexe : %" PRId64
		      " (« annex attach » les rattache ; il faudra déclarer "
		      "de nouveau)\n",
			"  note, rows without annex: %" PRId64
			" (\"annex attach\" puts them under one; then declare "
			"again)\n"),
		    without);
	return buf_check(call->out, err);
}

int cmd_month_declare(struct call *call, struct err *err)
{
	return cmd_month_act_as(call, run_declare, err);
}

/* ---- month adjust ---- */

static int run_adjust(struct call *call, struct err *err)
{
	int64_t written = 0;
	int rc = closing_adjust(cmd_office(call), cmd_month_structure(call),
	    call->args[0], opt_value(call, "reason"), cmd_month_seen(call),
	    &written, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		buf_printf(call->out,
		    "{\"schema\":1,\"written\":%" PRId64 "}\n", written);
	else
		buf_printf(call->out,
		    L("Ajustements écrits : %" PRId64 ".\n",
			"Adjustments written: %" PRId64 ".\n"),
		    written);
	return buf_check(call->out, err);
}

int cmd_month_adjust(struct call *call, struct err *err)
{
	return cmd_month_act_as(call, run_adjust, err);
}
