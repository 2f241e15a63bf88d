#include <inttypes.h>
#include <string.h>

#include "server/rgpd/extract.h"
#include "shared/date.h"
#include "shared/lang.h"

/* Everything in it was typed by somebody. */
static void add_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			buf_add_text(out, "&amp;");
			break;
		case '<':
			buf_add_text(out, "&lt;");
			break;
		case '>':
			buf_add_text(out, "&gt;");
			break;
		case '"':
			buf_add_text(out, "&quot;");
			break;
		default:
			buf_add_char(out, *text);
		}
	}
}

static void add_element(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "<%s>", name);
	add_escaped(out, text);
	buf_printf(out, "</%s>", name);
}

static const char style[] =
    "body{font:14px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem "
    "auto;padding:0 1rem;color:#111}h1{font-size:1.6rem}h2{font-size:1.25rem;"
    "margin-top:2rem;border-bottom:2px solid #444}h3{font-size:1.05rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{border:"
    "1px solid #999;padding:.25rem .4rem;text-align:start;vertical-align:top}"
    "th{background:#eee}caption{text-align:start;font-weight:bold}"
    ".old{color:#444;font-size:.9em}tr{break-inside:avoid}"
    "@media print{body{margin:0;max-width:none;font-size:11px}}";

/* "2026-11-20T16:31:02Z" as "2026-11-20 16:31". */
static void add_time(struct buf *out, const char *stamp)
{
	char text[17];

	text_copy(text, sizeof(text), stamp);
	if (strlen(text) > 10)
		text[10] = ' ';
	add_escaped(out, text);
}

static void add_head_row(struct buf *out, const char *const *titles)
{
	buf_add_text(out, "<thead><tr>");
	for (; *titles != NULL; titles++) {
		buf_add_text(out, "<th scope=\"col\">");
		add_escaped(out, *titles);
		buf_add_text(out, "</th>");
	}
	buf_add_text(out, "</tr></thead>\n");
}

/* Who wrote what and when, one line an entry. */
static void add_history(struct buf *out, const json_t *history)
{
	for (size_t i = 0; i < json_array_size(history); i++) {
		const json_t *at = json_array_get(history, i);
		const char *by = json_text(at, "by");

		buf_add_text(out, "<div class=\"old\">");
		add_time(out, json_text(at, "at"));
		buf_add_text(out, " — ");
		add_escaped(out, by[0] != '\0' ? by : json_text(at, "device"));
		buf_add_text(out, " : ");
		add_escaped(out, json_text(at, "text"));
		if (json_text(at, "reason")[0] != '\0') {
			buf_add_text(out, L(" (motif : ", " (reason: "));
			add_escaped(out, json_text(at, "reason"));
			buf_add_text(out, ")");
		}
		if (json_text(at, "note")[0] != '\0') {
			buf_add_text(out, L(" ; note : ", "; note: "));
			add_escaped(out, json_text(at, "note"));
		}
		if (json_text(at, "aside")[0] != '\0') {
			buf_add_text(
			    out, L(" ; mise à part : ", "; set aside: "));
			add_escaped(out, json_text(at, "aside"));
		}
		buf_add_text(out, "</div>");
	}
}

static const char *family_text(const char *family)
{
	static const struct {
		const char *family, *fr, *en;
	} texts[] = {
	    {"identity", "identité", "identity"},
	    {"worker", "fiche", "card"},
	    {"newcomer", "noté sur le terrain", "recorded in the field"},
	    {"contract", "contrat", "contract"},
	    {"project_link", "projet", "project"},
	    {"signoff", "émargement", "sign-off"},
	    {"ack", "alerte acquittée", "acknowledged alert"},
	    {"close", "clôture", "closing"},
	    {"adjust", "ajustement", "adjustment"},
	    {"skill", "compétence", "skill"},
	    {"meeting", "entretien", "meeting"},
	    {"training", "formation", "training"},
	    {"pmsmp", "immersion", "immersion"},
	    {"exit", "sortie", "exit"},
	    {"followup", "suivi à six mois", "six-month follow-up"},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].family, family) == 0)
			return L(texts[i].fr, texts[i].en);
	}
	return family;
}

static void add_what(struct buf *out, const json_t *record)
{
	const char *day = json_text(record, "day");
	const char *slot = json_text(record, "slot");

	if (day[0] == '\0') {
		add_escaped(out, family_text(json_text(record, "family")));
		return;
	}
	add_escaped(out, day);
	buf_add_char(out, ' ');
	add_escaped(out, strcmp(slot, "am") == 0 ? L("matin", "morning")
			 : strcmp(slot, "pm") == 0
			     ? L("après-midi", "afternoon")
			     : slot);
}

static const char *state_text(const char *state)
{
	if (strcmp(state, "contested") == 0)
		return L("contesté", "contested");
	if (strcmp(state, "empty") == 0)
		return L("rien qui compte", "nothing that counts");
	return "";
}

static void add_section(struct buf *out, const json_t *section)
{
	const char *const titles[] = {L("Quoi", "What"), L("Valeur", "Value"),
	    L("Écrit par, quand", "Written by, when"), NULL};
	const json_t *records = json_object_get(section, "records");

	add_element(out, "h3", json_text(section, "label"));
	if (json_array_size(records) == 0) {
		add_element(out, "p", L("Rien.", "Nothing."));
		return;
	}
	buf_add_text(out, "<table>");
	add_head_row(out, titles);
	buf_add_text(out, "<tbody>");
	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);
		const char *state = state_text(json_text(record, "state"));

		buf_add_text(out, "<tr><td>");
		add_what(out, record);
		buf_add_text(out, "</td><td>");
		add_escaped(out, json_text(record, "text"));
		if (state[0] != '\0')
			buf_printf(out, " <em>%s</em>", state);
		buf_add_text(out, "</td><td>");
		add_history(out, json_object_get(record, "history"));
		buf_add_text(out, "</td></tr>\n");
	}
	buf_add_text(out, "</tbody></table>\n");
}

static void add_months(struct buf *out, const json_t *months)
{
	const char *const titles[] = {
	    L("Mois", "Month"), L("Total", "Total"), NULL};
	char text[DURATION_TEXT];
	const json_t *sum;
	const char *month;

	if (json_object_size(months) == 0)
		return;
	add_element(out, "h3", L("Vos heures par mois", "Your hours by month"));
	buf_add_text(out, "<table>");
	add_head_row(out, titles);
	buf_add_text(out, "<tbody>");
	json_object_foreach((json_t *)(uintptr_t)months, month, sum)
	{
		duration_format(json_int(sum, "minutes", 0), text);
		buf_add_text(out, "<tr>");
		add_element(out, "td", month);
		add_element(out, "td", text);
		buf_add_text(out, "</tr>");
	}
	buf_add_text(out, "</tbody></table>\n");
}

static void add_exports(struct buf *out, const json_t *exports)
{
	add_element(
	    out, "h3", L("Fichiers où vous figurez", "Files in which you are"));
	if (json_array_size(exports) == 0)
		add_element(out, "p", L("Aucun.", "None."));
	buf_add_text(out, "<ul>");
	for (size_t i = 0; i < json_array_size(exports); i++) {
		const json_t *one = json_array_get(exports, i);

		buf_add_text(out, "<li>");
		add_time(out, json_text(one, "at"));
		buf_add_text(out, " — ");
		add_escaped(out, json_text(one, "what"));
		buf_add_char(out, ' ');
		add_escaped(out, json_text(one, "month"));
		buf_add_text(out, L(", par ", ", by "));
		add_escaped(out, json_text(one, "by"));
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul>\n");
}

static void add_accesses(struct buf *out, const json_t *rows)
{
	add_element(out, "h2",
	    L("Qui a lu vos données depuis un an",
		"Who has read your data within a year"));
	if (json_array_size(rows) == 0)
		add_element(out, "p",
		    L("Personne depuis les pages du bureau.",
			"Nobody by the office's pages."));
	buf_add_text(out, "<ul>");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_add_text(out, "<li>");
		add_time(out, json_text(row, "at"));
		buf_add_text(out, " — ");
		add_escaped(out, json_text(row, "who"));
		buf_add_text(out, " : ");
		add_escaped(out, json_text(row, "what"));
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul>\n");
}

static void add_periods(struct buf *out, const json_t *rows)
{
	const char *const titles[] = {L("Données", "Data"),
	    L("Durée (mois)", "Period (months)"), L("Pourquoi", "Why"), NULL};
	char months[24];

	add_element(out, "h2",
	    L("Combien de temps elles sont gardées", "How long it is kept"));
	buf_add_text(out, "<table>");
	add_head_row(out, titles);
	buf_add_text(out, "<tbody>");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		(void)snprintf(months, sizeof(months), "%" PRId64,
		    json_int(row, "months", 0));
		buf_add_text(out, "<tr>");
		add_element(out, "td", json_text(row, "label"));
		add_element(out, "td", months);
		add_element(out, "td", json_text(row, "source"));
		buf_add_text(out, "</tr>");
	}
	buf_add_text(out, "</tbody></table>\n");
}

static void add_structure(struct buf *out, const json_t *structure)
{
	const json_t *sections = json_object_get(structure, "sections");

	add_element(out, "h2", json_text(structure, "name"));
	add_months(out, json_object_get(structure, "months"));
	for (size_t i = 0; i < json_array_size(sections); i++)
		add_section(out, json_array_get(sections, i));
	add_exports(out, json_object_get(structure, "exports"));
}

int extract_html(struct buf *out, const json_t *extract, struct err *err)
{
	const json_t *structures = json_object_get(extract, "structures");

	buf_printf(out,
	    "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>",
	    L("fr", "en"));
	add_escaped(out, json_text(extract, "name"));
	buf_printf(out, "</title><style>%s</style></head><body>\n<h1>", style);
	add_escaped(
	    out, L("Vos données personnelles : ", "Your personal data: "));
	add_escaped(out, json_text(extract, "name"));
	buf_add_text(out, "</h1>\n<p>");
	add_escaped(out, L("Extrait fait le ", "Extract made on "));
	add_time(out, json_text(extract, "made"));
	add_escaped(out,
	    L(" (UTC). Vous pouvez demander qu'une erreur soit corrigée ; "
	      "l'historique garde l'ancienne valeur et le motif.",
		" (UTC). You may ask for an error to be corrected; the history "
		"keeps the old value and the reason."));
	buf_add_text(out, "</p>\n");
	for (size_t i = 0; i < json_array_size(structures); i++)
		add_structure(out, json_array_get(structures, i));
	add_accesses(out, json_object_get(extract, "accesses"));
	add_periods(out, json_object_get(extract, "periods"));
	buf_add_text(out, "</body></html>\n");
	return buf_check(out, err);
}
