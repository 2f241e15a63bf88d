#include <stdlib.h>
#include <string.h>

#include "server/export/export_map.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/text.h"

#define CODE "code."

/* clang-format off */
const struct export_field export_payroll_fields[] = {
    {"structure",      OUT_TEXT,    "Structure",            "Structure"},
    {"structure_name", OUT_TEXT,    "Nom de la structure",  "Structure's name"},
    {"siret",          OUT_TEXT,    "SIRET",                "SIRET"},
    {"month",          OUT_TEXT,    "Mois",                 "Month"},
    {"worker",         OUT_TEXT,    "Matricule",            "Worker"},
    {"last",           OUT_TEXT,    "Nom",                  "Last name"},
    {"first",          OUT_TEXT,    "Prénom",               "First name"},
    {"crew",           OUT_TEXT,    "Équipe",               "Crew"},
    {"contract",       OUT_TEXT,    "Contrat",              "Contract"},
    {"contract_kind",  OUT_TEXT,    "Type de contrat",      "Kind of contract"},
    {"contract_start", OUT_DATE,    "Début du contrat",     "Contract's start"},
    {"contract_end",   OUT_DATE,    "Fin du contrat",       "Contract's end"},
    {"weekly",         OUT_MINUTES, "Durée hebdomadaire",   "Weekly duration"},
    {"kind",           OUT_TEXT,    "Genre",                "Kind"},
    {"label",          OUT_TEXT,    "Libellé",              "Label"},
    {"code",           OUT_TEXT,    "Rubrique",             "Code"},
    {"paid",           OUT_INT,     "Payé",                 "Paid"},
    {"absence",        OUT_INT,     "Absence",              "Absence"},
    {"minutes",        OUT_INT,     "Minutes",              "Minutes"},
    {"hours",          OUT_MINUTES, "Heures",               "Hours"},
    {"half_days",      OUT_INT,     "Demi-journées",        "Half-days"},
    {"state",          OUT_TEXT,    "État",                 "State"},
    {"version",        OUT_INT,     "Version de la clôture", "Closing's version"},
    {NULL, OUT_TEXT, NULL, NULL},
};
/* clang-format on */

static const struct export_field *find_field(const char *name)
{
	for (const struct export_field *field = export_payroll_fields;
	     field->name != NULL; field++) {
		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

/* ---- reading ---- */

struct parse {
	struct export_map *map;
	struct buf faults;
	size_t line;
	bool no_memory;
};

static void fault(struct parse *parse, const char *why, const char *what)
{
	struct buf shown = BUF_INIT;

	if (what != NULL)
		text_quote(&shown, what);
	buf_printf(&parse->faults,
	    L("%sligne %zu : %s%s%s%s", "%sline %zu: %s%s%s%s"),
	    parse->faults.len > 0 ? "\n" : "", parse->line, why,
	    what != NULL ? L(" « ", " \"") : "", buf_text(&shown),
	    what != NULL ? L(" »", "\"") : "");
	buf_free(&shown);
}

/* Without the spaces around it, in place. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

static void add_column(struct parse *parse, const char *title,
    const char *constant, const struct export_field *field)
{
	struct export_map *map = parse->map;
	struct export_column *columns, *column;

	if (map->count == EXPORT_MAP_COLUMNS_MAX) {
		fault(parse, L("une colonne de trop", "one column too many"),
		    title);
		return;
	}
	columns = reallocarray(map->columns, map->count + 1, sizeof(*columns));
	if (columns == NULL) {
		parse->no_memory = true;
		return;
	}
	map->columns = columns;
	column = &columns[map->count++];
	*column = (struct export_column){strdup(title), NULL, field};
	if (constant != NULL)
		column->constant = strdup(constant);
	parse->no_memory = parse->no_memory || column->title == NULL ||
	                   (constant != NULL && column->constant == NULL);
}

static void take_code(struct parse *parse, const char *slug, const char *code)
{
	if (kind_by_slug(slug) == NULL) {
		fault(parse,
		    L("aucun genre d'heures ne s'appelle",
			"no kind of hours is called"),
		    slug);
		return;
	}
	if (!json_put_text(parse->map->codes, slug, code))
		parse->no_memory = true;
}

/* A text between quotes, without them, in place; NULL when it is none. */
static char *unquote(char *text)
{
	size_t len = strlen(text);

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return NULL;
	text[len - 1] = '\0';
	return text + 1;
}

static bool is_taken(const struct export_map *map, const char *title)
{
	for (size_t i = 0; i < map->count; i++) {
		if (strcmp(map->columns[i].title, title) == 0)
			return true;
	}
	return false;
}

static void take_pair(struct parse *parse, char *left, char *right)
{
	const struct export_field *field;
	char *constant = unquote(right);

	if (strncmp(left, CODE, strlen(CODE)) == 0) {
		take_code(parse, left + strlen(CODE),
		    constant != NULL ? constant : right);
		return;
	}
	if (text_check_name("", left, TEXT_NAME_MAX, NULL) < 0) {
		fault(parse,
		    L("il manque le nom de la colonne",
			"the column's name is missing"),
		    NULL);
		return;
	}
	if (is_taken(parse->map, left)) {
		fault(parse,
		    L("cette colonne y est déjà :",
			"this column is there already:"),
		    left);
		return;
	}
	field = constant != NULL ? NULL : find_field(right);
	if (constant == NULL && field == NULL)
		fault(parse, L("champ inconnu", "unknown field"), right);
	else
		add_column(parse, left, constant, field);
}

static void take_line(struct parse *parse, char *line)
{
	char *equals;

	line = trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return;
	if ((equals = strchr(line, '=')) == NULL) {
		fault(parse,
		    L("« colonne = champ » attendu, pas",
			"\"column = field\" expected, not"),
		    line);
		return;
	}
	*equals = '\0';
	take_pair(parse, trim(line), trim(equals + 1));
}

static int verdict(struct parse *parse, struct err *err)
{
	struct buf fields = BUF_INIT;
	int rc;

	if (parse->no_memory || parse->faults.failed)
		return err_nomem(err);
	if (parse->faults.len == 0 && parse->map->count == 0)
		return err_set(err, E_INVALID,
		    L("ce fichier de colonnes n'en nomme aucune",
			"this file of columns names none"));
	if (parse->faults.len == 0)
		return 0;
	for (const struct export_field *field = export_payroll_fields;
	     field->name != NULL; field++)
		buf_printf(
		    &fields, "%s%s", fields.len > 0 ? ", " : "", field->name);
	rc = err_set(err, E_INVALID,
	    L("fichier de colonnes refusé, rien n'est exporté :\n%s\nles "
	      "champs : %s",
		"file of columns refused, nothing is exported:\n%s\nthe "
		"fields: %s"),
	    buf_text(&parse->faults), buf_text(&fields));
	buf_free(&fields);
	return rc;
}

static int take_text(
    struct parse *parse, const char *text, size_t len, struct err *err)
{
	char *copy, *at;

	if (len > EXPORT_MAP_BYTES_MAX || !text_is_utf8(text, len))
		return err_set(err, E_INVALID,
		    L("le fichier de colonnes est un texte en UTF-8, d'au "
		      "plus 64 Kio",
			"the file of columns is a text in UTF-8, of at most "
			"64 KiB"));
	if ((copy = strndup(text, len)) == NULL)
		return err_nomem(err);
	at = strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? copy + 3 : copy;
	while (at != NULL) {
		char *line = strsep(&at, "\n");

		parse->line++;
		take_line(parse, line);
	}
	free(copy);
	return verdict(parse, err);
}

static void add_all(struct parse *parse)
{
	for (const struct export_field *field = export_payroll_fields;
	     field->name != NULL; field++)
		add_column(parse, L(field->fr, field->en), NULL, field);
}

int export_map_read(
    struct export_map *out, const char *text, size_t len, struct err *err)
{
	struct parse parse = {.map = out};
	int rc = 0;

	*out = (struct export_map){.codes = json_object()};
	if (out->codes == NULL)
		return err_nomem(err);
	if (len == 0)
		add_all(&parse);
	else
		rc = take_text(&parse, text, len, err);
	if (rc == 0 && parse.no_memory)
		rc = err_nomem(err);
	buf_free(&parse.faults);
	return rc;
}

void export_map_clear(struct export_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		free(map->columns[i].title);
		free(map->columns[i].constant);
	}
	free(map->columns);
	json_decref(map->codes);
	memset(map, 0, sizeof(*map));
}
