/*
 * Skills at the office: what was seen, what a catalogue holds, and a badge.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/observe.h"
#include "server/care/path.h"
#include "server/cmd.h"
#include "server/cmd_care.h"
#include "shared/catalogue.h"
#include "shared/lang.h"

#define LIMIT_USUAL 200
#define LIMIT_MAX   20000

/* clang-format off */
#define OPT_STRUCTURE                                                          \
	{"structure", 0, "S", "sa structure, s'il est dans plusieurs",         \
	    "their structure, when in several"}
#define SEEN(required)                                                         \
	{"level", required, "L",                                               \
	    "1 découvre, 2 avec aide, 3 seul, 4 montre, ou « non évalué »",    \
	    "1 discovers, 2 with help, 3 alone, 4 shows, or \"not assessed\""},\
	{"day", 0, "D", "le jour (défaut : aujourd'hui)",                      \
	    "the day (default: today)"},                                       \
	{"site", 0, "S", "le chantier", "the site"},                           \
	{"note", 0, "T", "une note, que la personne peut lire",                \
	    "a note, which the person may read"}
#define OPT_CHANGE                                                             \
	{"reason", OPT_REQUIRED, "R", "pourquoi", "why"},                      \
	{"seen", 0, "HASH", "la version lue : refusé si elle a changé",        \
	    "the version that was read: refused if it has changed"}
#define OPTS_END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_skills_add_options[] = {
    {"worker", OPT_REQUIRED, "W", "le salarié", "the worker"},
    {"skill", OPT_REQUIRED, "CODE", "la compétence : code ou libellé",
	"the skill: code or label"},
    SEEN(OPT_REQUIRED), OPT_STRUCTURE, OPTS_END};
const struct opt cmd_skills_set_options[] = {SEEN(0), OPT_CHANGE, OPTS_END};
const struct opt cmd_skills_void_options[] = {OPT_CHANGE, OPTS_END};
const struct opt cmd_skills_catalogue_options[] = {
    {"search", 0, "TEXT", "ces mots, sans souci d'accents",
	"these words, whatever the accents"},
    {"trade", 0, "CODE", "ce métier seul", "this trade alone"},
    {"limit", 0, "N", "combien au plus (200)", "how many at most (200)"},
    OPTS_END};
const struct opt cmd_report_skills_options[] = {
    {"worker", OPT_REQUIRED, "W", "le salarié", "the worker"},
    {"format", 0, "F", "table, csv ou json", "table, csv or json"},
    OPT_STRUCTURE, OPTS_END};
/* clang-format on */

/* ---- noting ---- */

static int read_seen(struct call *call, struct observe *seen,
    char day[DATE_TEXT], struct err *err)
{
	const char *level = opt_value(call, "level");
	int rc;

	*seen = (struct observe){
	    .skill = opt_value(call, "skill"),
	    .level = -1,
	    .site = opt_value(call, "site"),
	    .note = opt_value(call, "note"),
	};
	if (level != NULL && catalogue_level(&seen->level, level, err) < 0)
		return cmd_care_blame(call, "level", err);
	if ((rc = cmd_care_day(call, "day", day, err)) < 0)
		return rc;
	if (opt_given(call, "day") || opt_given(call, "skill"))
		seen->day = day;
	return 0;
}

static int tell(
    struct call *call, const char *id, const char *sentence, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s}", "schema", 1, "id", id), err);
	buf_printf(call->out, "%s%s %s\n", sentence, L(" :", ":"), id);
	return buf_check(call->out, err);
}

static void warn_future(struct call *call, const char *day)
{
	char today[DATE_TEXT];

	care_today(cmd_office(call), today);
	if (day != NULL && strcmp(day, today) > 0)
		buf_printf(call->note,
		    L("attention : le %s est à venir\n",
			"warning: %s is yet to come\n"),
		    day);
}

int cmd_skills_add(struct call *call, struct err *err)
{
	char id[TEXT_ID_MAX + 1], day[DATE_TEXT];
	struct care_worker worker;
	struct observe seen;
	int rc;

	if ((rc = read_seen(call, &seen, day, err)) < 0 ||
	    (rc = cmd_care_worker(
		 call, opt_value(call, "worker"), &worker, err)) < 0 ||
	    (rc = observe_add(cmd_office(call), &worker, &seen, id, err)) < 0)
		return rc;
	warn_future(call, seen.day);
	return tell(call, id, L("Observation notée", "Observation noted"), err);
}

int cmd_skills_set(struct call *call, struct err *err)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};
	char day[DATE_TEXT];
	struct observe seen;
	int rc;

	if ((rc = read_seen(call, &seen, day, err)) < 0)
		return rc;
	if (seen.level < 0 && seen.day == NULL && seen.site == NULL &&
	    seen.note == NULL)
		return err_set(err, E_USAGE,
		    L("rien à corriger : donnez ce qui change",
			"nothing to correct: give what changes"));
	if ((rc = observe_in_sight(cmd_reading(call), call->args[0], err)) <
		0 ||
	    (rc = observe_set(
		 cmd_office(call), call->args[0], &seen, &by, err)) < 0)
		return rc;
	warn_future(call, seen.day);
	return tell(call, call->args[0],
	    L("Observation corrigée", "Observation corrected"), err);
}

int cmd_skills_void(struct call *call, struct err *err)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};
	int rc = observe_in_sight(cmd_reading(call), call->args[0], err);

	if (rc == 0)
		rc = observe_void(cmd_office(call), call->args[0], &by, err);
	return rc < 0 ? rc
	              : tell(call, call->args[0],
			    L("Observation retirée", "Observation withdrawn"),
			    err);
}

/* ---- the catalogue ---- */

static json_t *catalogue_member(const struct catalogue_row *row)
{
	return json_pack("{s:s, s:s, s:o, s:s}", "code", row->code, "label",
	    row->label, "trades",
	    row->trades != NULL ? json_clone(row->trades) : json_array(),
	    "catalogue", row->name);
}

static void fill_catalogue(struct table *table, const json_t *rows)
{
	table_column(table, L("Code", "Code"), OUT_TEXT);
	table_column(table, L("Compétence", "Skill"), OUT_TEXT);
	table_column(table, L("Référentiel", "Catalogue"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "code"));
		table_text(table, json_text(row, "label"));
		table_text(table, json_text(row, "catalogue"));
	}
}

static int read_limit(const struct call *call, long *limit, struct err *err)
{
	const char *text = opt_value(call, "limit");
	char *end = NULL;

	*limit = LIMIT_USUAL;
	if (text == NULL)
		return 0;
	*limit = strtol(text, &end, 10);
	if (end != text && *end == '\0' && *limit >= 1 && *limit <= LIMIT_MAX)
		return 0;
	(void)err_set(err, E_USAGE,
	    L("nombre de 1 à %d attendu", "number from 1 to %d expected"),
	    LIMIT_MAX);
	return cmd_care_blame(call, "limit", err);
}

int cmd_skills_catalogue(struct call *call, struct err *err)
{
	const char *search = opt_value(call, "search");
	const char *trade = opt_value(call, "trade");
	struct catalogue catalogue = {.chunks = NULL};
	json_t *rows = json_array();
	long limit, found = 0;
	int rc;

	if ((rc = read_limit(call, &limit, err)) < 0 ||
	    (rc = catalogue_load(&catalogue, cmd_reading(call)->db, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < catalogue.count; i++) {
		const struct catalogue_row *row = &catalogue.rows[i];

		if (!catalogue_matches(row, search, trade) || found++ >= limit)
			continue;
		if (json_array_append_new(rows, catalogue_member(row)) < 0)
			rc = err_nomem(err);
	}
	if (rc == 0 && found > limit)
		buf_printf(call->note,
		    L("%ld autres : précisez avec --search, ou --limit\n",
			"%ld more: narrow with --search, or --limit\n"),
		    found - limit);
	if (rc == 0)
		rc = cmd_rows(call, json_incref(rows),
		    L("Aucune compétence trouvée.", "No skill found."),
		    fill_catalogue, err);
out:
	json_decref(rows);
	catalogue_clear(&catalogue);
	return rc;
}

static void fill_trades(struct table *table, const json_t *rows)
{
	table_column(table, L("Métier", "Trade"), OUT_TEXT);
	table_column(table, L("Compétences", "Skills"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "trade"));
		table_int(table, json_int(row, "skills", 0));
	}
}

static bool count_trades(json_t *counts, const json_t *trades)
{
	for (size_t i = 0; i < json_array_size(trades); i++) {
		const char *trade =
		    json_string_value(json_array_get(trades, i));

		if (trade != NULL && !json_put_int(counts, trade,
					 json_int(counts, trade, 0) + 1))
			return false;
	}
	return true;
}

static int compare_trades(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* {trade: count} as rows by trade; NULL when out of memory. */
static json_t *trade_rows(json_t *counts)
{
	size_t count = json_object_size(counts), at = 0;
	const char **names = calloc(count + 1, sizeof(*names));
	json_t *rows = json_array(), *number;
	bool good = names != NULL && rows != NULL;
	const char *name;

	json_object_foreach(counts, name, number)
	{
		if (good)
			names[at++] = name;
	}
	if (good && count > 1)
		qsort(names, count, sizeof(*names), compare_trades);
	for (size_t i = 0; good && i < count; i++)
		good = json_array_append_new(rows,
			   json_pack("{s:s, s:I}", "trade", names[i], "skills",
			       (json_int_t)json_int(counts, names[i], 0))) == 0;
	free(names);
	if (good)
		return rows;
	json_decref(rows);
	return NULL;
}

int cmd_skills_trades(struct call *call, struct err *err)
{
	struct catalogue catalogue;
	json_t *counts = json_object(), *rows = NULL;
	int rc = catalogue_load(&catalogue, cmd_reading(call)->db, err);

	for (size_t i = 0; rc == 0 && i < catalogue.count; i++) {
		if (!count_trades(counts, catalogue.rows[i].trades))
			rc = err_nomem(err);
	}
	if (rc == 0 && (rows = trade_rows(counts)) == NULL)
		rc = err_nomem(err);
	if (rc == 0)
		rc = cmd_rows(call, rows,
		    L("Aucun catalogue importé (import skills FICHIER).",
			"No catalogue imported (import skills FILE)."),
		    fill_trades, err);
	json_decref(counts);
	catalogue_clear(&catalogue);
	return rc;
}

/* ---- the report ---- */

static void add_observation(
    struct table *table, const json_t *skill, const json_t *one)
{
	const char *trade = json_string_value(
	    json_array_get(json_object_get(skill, "trades"), 0));

	table_row(table);
	table_text(table, trade != NULL ? trade : "");
	table_text(table, json_text(skill, "skill"));
	table_text(table, json_text(skill, "label"));
	table_text(table, json_text(one, "day"));
	table_text(table, catalogue_level_text((int)json_int(one, "level", 0)));
	table_text(table, json_text(one, "by"));
	table_text(table, json_text(one, "site"));
	table_text(table, json_text(one, "remark"));
	table_text(table, json_text(skill, "catalogue"));
	table_text(table, json_text(one, "id"));
}

static void fill_report(struct table *table, const json_t *skills)
{
	static const char *const titles[][2] = {{"Métier", "Trade"},
	    {"Code", "Code"}, {"Compétence", "Skill"}, {"Jour", "Day"},
	    {"Niveau", "Level"}, {"Par", "By"}, {"Chantier", "Site"},
	    {"Note", "Note"}, {"Référentiel", "Catalogue"}, {"ID", "ID"}};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_column(table, L(titles[i][0], titles[i][1]), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(skills); i++) {
		const json_t *skill = json_array_get(skills, i);
		const json_t *list = json_object_get(skill, "observations");

		for (size_t k = 0; k < json_array_size(list); k++)
			add_observation(table, skill, json_array_get(list, k));
	}
}

static int show_report(
    struct call *call, const json_t *page, bool csv, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	fill_report(table, json_object_get(page, "skills"));
	if ((rc = table_check(table, err)) == 0 && csv)
		out_csv_fr(call->out, table);
	else if (rc == 0 && table_rows(table) > 0)
		out_terminal(call->out, table);
	else if (rc == 0)
		buf_printf(call->out, "%s\n",
		    L("Aucune compétence observée.", "No skill observed."));
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_report_skills(struct call *call, struct err *err)
{
	const char *format = opt_value(call, "format");
	struct care_worker worker;
	json_t *page = NULL;
	bool json, csv;
	int rc;

	if (format == NULL)
		format = cmd_json(call) ? "json" : "table";
	json = strcmp(format, "json") == 0;
	csv = strcmp(format, "csv") == 0;
	if (!json && !csv && strcmp(format, "table") != 0)
		return err_set(err, E_USAGE,
		    L("--format « %.60s » : table, csv ou json attendu",
			"--format \"%.60s\": table, csv or json expected"),
		    format);
	if (cmd_json(call) && !json)
		return err_set(err, E_USAGE,
		    L("--json et --format ne vont pas ensemble",
			"--json and --format do not go together"));
	if ((rc = cmd_care_worker(
		 call, opt_value(call, "worker"), &worker, err)) < 0)
		return rc;
	page = json_pack("{s:i, s:s, s:s}", "schema", 1, "worker",
	    worker.worker, "structure", worker.structure);
	if (page == NULL)
		return err_nomem(err);
	if ((rc = path_skills(cmd_reading(call), &worker, NULL, page, err)) < 0)
		json_decref(page);
	else if (json)
		rc = json_print(call->out, page, err);
	else {
		rc = show_report(call, page, csv, err);
		json_decref(page);
	}
	return rc;
}
