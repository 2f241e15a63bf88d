#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/document/asp.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/text.h"

#define NAME        "pointeau-asp"
#define PROVISIONAL "PROVISOIRE"
#define FINAL       "CLOS"
#define HOURS_MAX   744 /* of a month */

const char *const asp_names[ASP_FIELDS] = {
    "emi_pph_id",
    "emi_ctr_id",
    "emi_afi_id",
    "emi_sme_mois",
    "emi_sme_annee",
    "emi_sme_version",
    "emi_esm_etat_code",
    "emi_date_validation",
    "emi_nb_heures_travail",
    "emi_nb_mission",
    "emi_nb_heures_facturees",
    "emi_mt_salaire_brut",
    "emi_salarie_tjs_accomp",
    "emi_part_etp",
    "emi_date_fin_reelle",
    "emi_motif_sortie_code",
};

/* ---- writing ---- */

/* A field has no separator and no line of its own. */
static void add_field(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_add_char(
		    out, strchr("|\r\n\t", *text) != NULL ? ' ' : *text);
}

static void add_line(struct buf *out, const char *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(out, '|');
		add_field(out, fields[i]);
	}
	buf_add_text(out, "\r\n");
}

void asp_begin(struct buf *out, const char *month, bool provisional)
{
	buf_printf(out, "DEB|%s|%d|%s|%s\r\n", NAME, ASP_VERSION, month,
	    provisional ? PROVISIONAL : FINAL);
	add_line(out, asp_names, ASP_FIELDS);
}

void asp_row(struct buf *out, const char *const fields[ASP_FIELDS])
{
	add_line(out, fields, ASP_FIELDS);
}

void asp_end(struct buf *out, size_t rows, int64_t hours)
{
	buf_printf(out, "FIN|%s|%d|%zu|%" PRId64 "\r\n", NAME, ASP_VERSION,
	    rows, hours);
}

/* ---- reading back ---- */

struct reading {
	struct asp_summary *out;
	char month[MONTH_TEXT];
	json_t *seen;
	size_t line;
};

static int bad(
    const struct reading *reading, int column, const char *why, struct err *err)
{
	return err_set(err, E_INVALID,
	    L("fichier de préparation ASP, ligne %zu%s%s : %s",
		"ASP preparation file, line %zu%s%s: %s"),
	    reading->line, column >= 0 ? ", " : "",
	    column >= 0 ? asp_names[column] : "", why);
}

static bool is_number(const char *text, int64_t max)
{
	char *end;
	long long value;

	if (text[0] < '0' || text[0] > '9')
		return false;
	value = strtoll(text, &end, 10);
	return *end == '\0' && value <= max;
}

/* dd/mm/yyyy, a day that exists; or nothing. */
static bool is_day(const char *text)
{
	char iso[DATE_TEXT];

	if (text[0] == '\0')
		return true;
	if (strlen(text) != 10 || text[2] != '/' || text[5] != '/')
		return false;
	(void)snprintf(
	    iso, sizeof(iso), "%.4s-%.2s-%.2s", text + 6, text + 3, text);
	return date_is_iso(iso);
}

static bool is_state(const char *text)
{
	return strcmp(text, "BROUILLON") == 0 || strcmp(text, "SAISI") == 0 ||
	       strcmp(text, "VALIDE") == 0 || strcmp(text, "DEBLOQUE") == 0;
}

static int check_fields(
    const struct reading *reading, char *const *fields, struct err *err)
{
	if (fields[ASP_PERSON][0] == '\0')
		return bad(reading, ASP_PERSON, L("vide", "empty"), err);
	if (strncmp(fields[ASP_YEAR], reading->month, 4) != 0 ||
	    strcmp(fields[ASP_MONTH], reading->month + 5) != 0)
		return bad(reading, ASP_MONTH,
		    L("un autre mois que celui du fichier",
			"another month than the file's"),
		    err);
	if (!is_number(fields[ASP_STATEMENT], INT32_MAX))
		return bad(reading, ASP_STATEMENT,
		    L("nombre attendu", "number expected"), err);
	if (!is_state(fields[ASP_STATE]))
		return bad(reading, ASP_STATE,
		    L("BROUILLON, SAISI, VALIDE ou DEBLOQUE attendu",
			"BROUILLON, SAISI, VALIDE or DEBLOQUE expected"),
		    err);
	if (!is_number(fields[ASP_HOURS], HOURS_MAX))
		return bad(reading, ASP_HOURS,
		    L("heures entières attendues, de 0 à 744",
			"whole hours expected, 0 to 744"),
		    err);
	if (!is_day(fields[ASP_VALIDATED]) || !is_day(fields[ASP_END]))
		return bad(reading,
		    is_day(fields[ASP_END]) ? ASP_VALIDATED : ASP_END,
		    L("jour jj/mm/aaaa attendu", "day dd/mm/yyyy expected"),
		    err);
	return 0;
}

static int check_once(
    struct reading *reading, char *const *fields, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	buf_printf(&key, "%s|%s|%s", fields[ASP_PERSON], fields[ASP_CONTRACT],
	    fields[ASP_ANNEX]);
	if ((rc = buf_check(&key, err)) == 0) {
		if (json_object_get(reading->seen, key.data) != NULL)
			rc = bad(reading, ASP_PERSON,
			    L("personne, contrat et annexe déjà vus",
				"person, contract and annex seen before"),
			    err);
		else if (!json_put_int(reading->seen, key.data, 1))
			rc = err_nomem(err);
	}
	buf_free(&key);
	return rc;
}

/* Cut ${line} in place; how many fields, at most ${max} kept. */
static size_t cut(char *line, char **fields, size_t max)
{
	size_t count = 0;
	char *field;

	while ((field = strsep(&line, "|")) != NULL) {
		if (count < max)
			fields[count] = field;
		count++;
	}
	return count;
}

static int take_row(struct reading *reading, char *line, struct err *err)
{
	char *fields[ASP_FIELDS];
	int rc;

	if (cut(line, fields, ASP_FIELDS) != ASP_FIELDS)
		return bad(reading, -1,
		    L("il n'a pas 16 champs", "it has not 16 fields"), err);
	if ((rc = check_fields(reading, fields, err)) < 0 ||
	    (rc = check_once(reading, fields, err)) < 0)
		return rc;
	reading->out->rows++;
	reading->out->hours += strtoll(fields[ASP_HOURS], NULL, 10);
	return 0;
}

static int take_first(struct reading *reading, char *line, struct err *err)
{
	char *fields[5], first[DATE_TEXT], last[DATE_TEXT];

	if (cut(line, fields, 5) != 5 || strcmp(fields[0], "DEB") != 0 ||
	    strcmp(fields[1], NAME) != 0)
		return bad(reading, -1,
		    L("« DEB|pointeau-asp|… » attendu",
			"\"DEB|pointeau-asp|…\" expected"),
		    err);
	if (!is_number(fields[2], ASP_VERSION) || atoi(fields[2]) < 1)
		return bad(
		    reading, -1, L("version inconnue", "unknown version"), err);
	if (date_parse_month(fields[3], first, last, NULL) < 0)
		return bad(
		    reading, -1, L("mois illisible", "unreadable month"), err);
	text_copy(reading->month, sizeof(reading->month), fields[3]);
	reading->out->provisional = strcmp(fields[4], PROVISIONAL) == 0;
	if (!reading->out->provisional && strcmp(fields[4], FINAL) != 0)
		return bad(reading, -1,
		    L("PROVISOIRE ou CLOS attendu",
			"PROVISOIRE or CLOS expected"),
		    err);
	return 0;
}

static int take_header(struct reading *reading, char *line, struct err *err)
{
	char *fields[ASP_FIELDS];
	size_t count = cut(line, fields, ASP_FIELDS);

	for (int i = 0; i < ASP_FIELDS; i++) {
		if ((size_t)i >= count || strcmp(fields[i], asp_names[i]) != 0)
			return bad(reading, i,
			    L("cette colonne est attendue ici",
				"this column is expected here"),
			    err);
	}
	return count == ASP_FIELDS
	           ? 0
	           : bad(reading, -1,
			 L("une colonne de trop", "one column too many"), err);
}

static int take_last(struct reading *reading, char *line, struct err *err)
{
	struct buf expected = BUF_INIT;
	int rc = 0;

	asp_end(&expected, reading->out->rows, reading->out->hours);
	expected.len -= expected.failed ? 0 : 2;
	if (expected.failed)
		rc = err_nomem(err);
	else if (strlen(line) != expected.len ||
		 memcmp(line, expected.data, expected.len) != 0)
		rc = bad(reading, -1,
		    L("la dernière ligne ne dit pas ce qui précède",
			"the last line does not tell what stands before"),
		    err);
	buf_free(&expected);
	return rc;
}

static int take_line(
    struct reading *reading, char *line, bool *ended, struct err *err)
{
	size_t len = strlen(line);

	reading->line++;
	if (*ended)
		return bad(reading, -1,
		    L("du texte après la fin", "text after the end"), err);
	if (len == 0 || line[len - 1] != '\r')
		return bad(reading, -1,
		    L("elle ne finit pas par CRLF", "it does not end in CRLF"),
		    err);
	line[len - 1] = '\0';
	if (reading->line == 1)
		return take_first(reading, line, err);
	if (reading->line == 2)
		return take_header(reading, line, err);
	if (strncmp(line, "FIN|", 4) != 0)
		return take_row(reading, line, err);
	*ended = true;
	return take_last(reading, line, err);
}

int asp_check(
    struct asp_summary *out, const char *text, size_t len, struct err *err)
{
	struct reading reading = {.out = out, .seen = json_object()};
	char *copy = strndup(text, len), *at = copy;
	bool ended = false;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (copy == NULL || reading.seen == NULL)
		rc = err_nomem(err);
	else if (!text_is_utf8(text, len))
		rc = bad(&reading, -1,
		    L("ce n'est pas de l'UTF-8", "this is not UTF-8"), err);
	while (rc == 0 && at != NULL && *at != '\0') {
		char *line = strsep(&at, "\n");

		rc = take_line(&reading, line, &ended, err);
	}
	if (rc == 0 && !ended)
		rc = bad(&reading, -1,
		    L("la fin manque (« FIN|… »)", "the end is missing"), err);
	free(copy);
	json_decref(reading.seen);
	return rc;
}
