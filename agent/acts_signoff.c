#include <string.h>

#include "agent/acts.h"
#include "agent/acts_signoff.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- what is given ---- */

static int missing(const char *option, struct err *err)
{
	return err_set(
	    err, E_USAGE, L("il manque --%s", "--%s is missing"), option);
}

static int too_much(const char *option, const char *with, struct err *err)
{
	return err_set(err, E_USAGE,
	    L("--%s ne va qu'avec %s", "--%s goes with %s only"), option, with);
}

static int check_answer(const struct acts_signing *signing, struct err *err)
{
	bool no = strcmp(signing->answer, SIGNOFF_DISAGREE) == 0;

	if (!no && strcmp(signing->answer, SIGNOFF_AGREE) != 0)
		return err_set(err, E_USAGE,
		    L("--answer : agree (d'accord) ou disagree (pas d'accord)",
			"--answer: agree or disagree"));
	if (!no)
		return signing->reason == NULL
		           ? 0
		           : too_much("reason", "--answer disagree", err);
	if (signing->reason == NULL || signing->reason[0] == '\0')
		return missing(L("reason : pourquoi la personne n'est pas "
				 "d'accord",
				   "reason: why the person disagrees"),
		    err);
	return acts_check_note(L("motif", "reason"), signing->reason, err);
}

static bool is_pin(const char *text)
{
	size_t len = strlen(text);

	return len >= ACTS_PIN_MIN && len <= ACTS_PIN_MAX &&
	       strspn(text, "0123456789") == len;
}

static int check_how(const struct acts_signing *signing, struct err *err)
{
	bool finger = strcmp(signing->how, "finger") == 0;
	bool pin = strcmp(signing->how, "pin") == 0;

	if (!finger && !pin && strcmp(signing->how, "paper") != 0)
		return err_set(err, E_USAGE,
		    L("--how : finger (au doigt), pin (code) ou paper "
		      "(papier)",
			"--how: finger, pin or paper"));
	if (signing->stroke != NULL && !finger)
		return too_much("stroke", "--how finger", err);
	if (signing->pin != NULL && !pin)
		return too_much("pin", "--how pin", err);
	if (finger && signing->stroke == NULL)
		return missing("stroke", err);
	if (pin && signing->pin == NULL)
		return missing("pin", err);
	if (pin && !is_pin(signing->pin))
		return err_set(err, E_USAGE,
		    L("--pin : %d à %d chiffres", "--pin: %d to %d digits"),
		    ACTS_PIN_MIN, ACTS_PIN_MAX);
	if (!finger)
		return 0;
	if (strlen(signing->stroke) > SIGNOFF_STROKE_MAX)
		return err_set(err, E_LIMIT,
		    L("--stroke : plus de %d octets ; signez plus court",
			"--stroke: over %d bytes; sign shorter"),
		    SIGNOFF_STROKE_MAX);
	return signoff_is_stroke(signing->stroke)
	           ? 0
	           : err_set(err, E_USAGE,
			 L("--stroke : tracé attendu, comme M10 20L30 40",
			     "--stroke: a path expected, such as M10 20L30 "
			     "40"));
}

static int check_lang(const struct acts_signing *signing, struct err *err)
{
	size_t len;

	if (signing->lang == NULL)
		return 0;
	len = strlen(signing->lang);
	if (len >= 2 && len <= 35 &&
	    strspn(signing->lang,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == len)
		return 0;
	return err_set(err, E_USAGE,
	    L("--lang : langue attendue, comme fr ou ar",
		"--lang: a language expected, such as fr or ar"));
}

/* ---- what is there ---- */

static int check_rows(const struct signoff_sheet *sheet,
    const struct acts_signing *signing, struct err *err)
{
	struct hash sum;

	if (hash_parse(&sum, signing->sum, NULL) < 0)
		return err_set(err, E_USAGE,
		    L("--sum : l'empreinte que « pointeau signoff show » "
		      "donne est attendue",
			"--sum: the hash that \"pointeau signoff show\" gives "
			"is expected"));
	if (sheet->head_count == 0)
		return err_set(err, E_NOT_FOUND,
		    L("rien n'est noté pour %s en %s : rien à signer",
			"nothing is recorded for %s in %s: nothing to sign"),
		    sheet->worker, sheet->month);
	if (sheet->head_count > SIGNOFF_COVERS_MAX)
		return err_set(err, E_LIMIT,
		    L("plus de %d saisies dans ce mois : le bureau fait "
		      "signer sur papier",
			"over %d entries in this month: the office has it "
			"signed on paper"),
		    SIGNOFF_COVERS_MAX);
	if (!hash_equal(&sum, &sheet->sum))
		return err_set(err, E_CONFLICT,
		    L("ces heures ont changé depuis qu'elles ont été "
		      "montrées : montrez-les de nouveau, puis signez",
			"these hours have changed since they were shown: "
			"show them again, then sign"));
	return 0;
}

static size_t count_contested(const struct signoff_sheet *sheet)
{
	size_t count = 0;

	for (size_t i = 0; i < sheet->count; i++)
		count += strcmp(sheet->rows[i].state, "contested") == 0;
	return count;
}

/* The same answer once more, given twice by a trembling hand? */
static bool is_same(
    const struct signoff *signoff, const struct acts_signing *signing)
{
	bool no = strcmp(signing->answer, SIGNOFF_DISAGREE) == 0;

	return signoff->state ==
	           (no ? SIGNOFF_IS_DISAGREED : SIGNOFF_IS_AGREED) &&
	       strcmp(signoff->how, signing->how) == 0 &&
	       (!no || strcmp(signoff->reason, signing->reason) == 0);
}

/* ---- writing ---- */

static int make_value(json_t **out, const struct signoff_sheet *sheet,
    const struct acts_signing *signing, struct err *err)
{
	char sum[HASH_TEXT];

	hash_hex(&sheet->sum, sum);
	*out = json_pack("{s:s,s:s,s:s,s:i,s:s,s:o,s:I,s:I}", "month",
	    sheet->month, "answer", signing->answer, "how", signing->how,
	    "text", SIGNOFF_TEXT, "sum", sum, "covers", signoff_covers(sheet),
	    "payable", (json_int_t)sheet->payable, "days",
	    (json_int_t)sheet->days);
	if (*out == NULL ||
	    (signing->lang != NULL &&
		!json_put_text(*out, "lang", signing->lang)) ||
	    (signing->stroke != NULL &&
		!json_put_text(*out, "stroke", signing->stroke)))
		return err_nomem(err);
	return 0;
}

static int write_signoff(struct save *save, const struct signoff_sheet *sheet,
    const struct acts_signing *signing, struct acts_signed *done,
    struct err *err)
{
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = SIGNOFF_FAMILY,
	    .structure = sheet->structure,
	    .record = record,
	    .parents = heads,
	    .person = done->person,
	    .reason = signing->reason,
	};
	json_t *value = NULL;
	int rc;

	record_key_make(record, SIGNOFF_FAMILY, sheet->worker, sheet->month);
	if ((rc = ledger_heads(save->agent->db, sheet->structure, record, heads,
		 ENTRY_PARENTS_MAX, &draft.parent_count, err)) == 0 &&
	    (rc = make_value(&value, sheet, signing, err)) == 0) {
		draft.value = value;
		rc = save_add(save, &draft, &done->hash, err);
	}
	json_decref(value);
	return rc;
}

static int sign(struct save *save, const struct signoff_sheet *sheet,
    const struct acts_signing *signing, struct acts_signed *done,
    struct err *err)
{
	struct signoff before;
	int rc;

	if ((rc = check_rows(sheet, signing, err)) < 0 ||
	    (rc = signoff_read(&before, save->agent->db, sheet, err)) < 0)
		return rc;
	done->contested = count_contested(sheet);
	if (is_same(&before, signing)) {
		done->already = true;
		done->hash = before.hash;
		return 0;
	}
	return write_signoff(save, sheet, signing, done, err);
}

int acts_signoff(struct save *save, const struct roster *roster,
    const struct roster_item *worker, const struct acts_signing *signing,
    struct acts_signed *done, struct err *err)
{
	struct signoff_sheet sheet = {0};
	char first[DATE_TEXT], last[DATE_TEXT];
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = check_answer(signing, err)) < 0 ||
	    (rc = check_how(signing, err)) < 0 ||
	    (rc = check_lang(signing, err)) < 0 ||
	    (rc = date_parse_month(signing->month, first, last, err)) < 0 ||
	    (rc = acts_person(save->agent, roster, signing->as,
		 roster_crew_of(roster, worker, last, NULL), done->person,
		 err)) < 0)
		return rc;
	if ((rc = signoff_sheet_load(&sheet, save->agent->db, worker->structure,
		 worker->id, signing->month, err)) == 0)
		rc = sign(save, &sheet, signing, done, err);
	signoff_sheet_clear(&sheet);
	return rc;
}
