#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/nearest.h"
#include "shared/os.h"
#include "shared/settings.h"
#include "shared/text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define CONFIG_WORD     "CONFIG" /* the variable that names the file */

/* ---- faults ---- */

static void __attribute__((format(printf, 5, 0)))
note(struct settings *settings, struct settings_origin origin, bool is_remark,
    const char *name, const char *format, va_list args)
{
	struct settings_fault *fault;

	if (is_remark)
		settings->remark_count++;
	else
		settings->fault_count++;
	if (settings->kept == SETTINGS_FAULTS_MAX)
		return;
	fault = &settings->faults[settings->kept++];
	*fault =
	    (struct settings_fault){.origin = origin, .is_remark = is_remark};
	text_copy(fault->setting, sizeof(fault->setting), name);
	text_tidy(fault->setting);
	(void)vsnprintf(fault->text, sizeof(fault->text), format, args);
	text_tidy(fault->text);
}

static void __attribute__((format(printf, 4, 5)))
fault_at(struct settings *settings, struct settings_origin origin,
    const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(settings, origin, false, name, format, args);
	va_end(args);
}

/* What nobody has set is about the file, when there is one. */
static struct settings_origin origin_of(
    const struct settings *settings, const char *name)
{
	const struct settings_origin *origin =
	    name != NULL ? settings_origin_of(settings, name) : NULL;

	if (origin != NULL && origin->source != SETTINGS_DEFAULT)
		return *origin;
	return (struct settings_origin){
	    settings->path != NULL ? SETTINGS_FILE : SETTINGS_DEFAULT, 0};
}

void settings_fault(
    struct settings *settings, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(settings, origin_of(settings, name), false,
	    name != NULL ? name : "", format, args);
	va_end(args);
}

void settings_remark(
    struct settings *settings, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(settings, origin_of(settings, name), true,
	    name != NULL ? name : "", format, args);
	va_end(args);
}

/* ---- names ---- */

static const struct setting *find(
    const struct settings_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->rows[i].name, name) == 0)
			return &table->rows[i];
	}
	return NULL;
}

static const struct setting *find_nearest(
    const struct settings_table *table, const char *name)
{
	const struct setting *best = NULL;
	size_t distance = nearest_reach(name) + 1;

	for (size_t i = 0; i < table->count; i++) {
		size_t here = nearest_distance(name, table->rows[i].name);

		if (here < distance) {
			best = &table->rows[i];
			distance = here;
		}
	}
	return best;
}

static struct settings_origin *origin_slot(
    struct settings *settings, const struct setting *row)
{
	return &settings->origins[row - settings->table->rows];
}

const struct settings_origin *settings_origin_of(
    const struct settings *settings, const char *name)
{
	const struct setting *row = find(settings->table, name);

	return row == NULL ? NULL
	                   : &settings->origins[row - settings->table->rows];
}

/* The name is kept for machines as it was written, if it can be. */
static void unknown(
    struct settings *settings, struct settings_origin origin, const char *name)
{
	const struct setting *nearest = find_nearest(settings->table, name);
	struct buf shown = BUF_INIT;

	text_quote(&shown, name);
	if (nearest != NULL)
		fault_at(settings, origin, name,
		    L("réglage inconnu « %s » : vouliez-vous dire %s ?",
			"unknown setting \"%s\": did you mean %s?"),
		    buf_text(&shown), nearest->name);
	else
		fault_at(settings, origin, name,
		    L("réglage inconnu « %s » : « %s config default » montre "
		      "ceux qui existent",
			"unknown setting \"%s\": \"%s config default\" shows "
			"those that exist"),
		    buf_text(&shown), settings->table->program);
	buf_free(&shown);
}

/* ---- one value from anywhere ---- */

static void take(struct settings *settings, struct settings_origin origin,
    const struct setting *row, const char *text)
{
	struct err why = ERR_INIT;
	struct buf shown = BUF_INIT;

	if (setting_parse(row, settings->values, text, &why) == 0) {
		*origin_slot(settings, row) = origin;
		return;
	}
	text_quote(&shown, (row->flags & SETTING_SECRET) != 0
			       ? L("(secret)", "(secret)")
			       : text);
	fault_at(settings, origin, row->name,
	    L("%s « %s » refusé : %s", "%s \"%s\" refused: %s"), row->name,
	    buf_text(&shown), why.text);
	buf_free(&shown);
}

/* ---- the file ---- */

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

/* Two lines of a name: which one counts is a guess that nobody should make. */
static bool is_twice(struct settings *settings, struct settings_origin origin,
    const struct setting *row)
{
	const struct settings_origin *before = origin_slot(settings, row);

	if (before->source != SETTINGS_FILE)
		return false;
	fault_at(settings, origin, row->name,
	    L("%s est déjà donné ligne %d : gardez une seule des deux",
		"%s is given on line %d already: keep one of the two"),
	    row->name, before->line);
	return true;
}

static void read_line(struct settings *settings, char *line, int number)
{
	const struct settings_origin origin = {SETTINGS_FILE, number};
	const struct setting *row;
	char *equals, *name;

	line = trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return;
	if ((equals = strchr(line, '=')) == NULL) {
		fault_at(settings, origin, "",
		    L("« nom = valeur » attendu ; un commentaire commence par "
		      "#",
			"\"name = value\" expected; a comment begins with #"));
		return;
	}
	*equals = '\0';
	name = trim(line);
	if ((row = find(settings->table, name)) == NULL)
		unknown(settings, origin, name);
	else if (!is_twice(settings, origin, row))
		take(settings, origin, row, trim(equals + 1));
}

static int read_text(
    struct settings *settings, const char *text, size_t len, struct err *err)
{
	const struct settings_origin whole = {SETTINGS_FILE, 0};
	char *copy, *first, *next;
	int number = 0;

	if (!text_is_utf8(text, len)) {
		fault_at(settings, whole, "",
		    L("le fichier n'est pas de l'UTF-8 : enregistrez-le en "
		      "UTF-8",
			"the file is not UTF-8: save it as UTF-8"));
		return 0;
	}
	if ((copy = strdup(text)) == NULL)
		return err_nomem(err);
	/* The mark that Windows' Notepad begins a file with. */
	first = strncmp(copy, BYTE_ORDER_MARK, 3) == 0 ? copy + 3 : copy;
	for (char *line = first; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		read_line(settings, line, ++number);
	}
	free(copy);
	return 0;
}

static int read_file(struct settings *settings, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = os_file_read(&text, settings->path, SETTINGS_FILE_MAX, err);

	if (rc == 0)
		rc = read_text(settings, buf_text(&text), text.len, err);
	buf_free(&text);
	return rc;
}

/* ---- the environment ---- */

/* "listen" of "POINTEAU_SERVER_LISTEN=8443"; false when it is not ours. */
static bool read_variable_name(const struct settings_table *table,
    const char *variable, char name[SETTING_NAME_MAX + 1])
{
	size_t prefix = strlen(table->environment), len;

	if (strncmp(variable, table->environment, prefix) != 0 ||
	    (table->foreign != NULL &&
		strncmp(variable, table->foreign, strlen(table->foreign)) == 0))
		return false;
	variable += prefix;
	len = strcspn(variable, "=");
	if (variable[len] == '\0')
		return false;
	if (len > SETTING_NAME_MAX)
		len = SETTING_NAME_MAX;
	for (size_t i = 0; i < len; i++)
		name[i] = (char)tolower((unsigned char)variable[i]);
	name[len] = '\0';
	return strcmp(name, "config") != 0;
}

static void read_variable(struct settings *settings, const char *variable)
{
	const struct settings_origin origin = {SETTINGS_ENVIRONMENT, 0};
	const struct settings_table *table = settings->table;
	char name[SETTING_NAME_MAX + 1];
	const struct setting *row;

	if (!read_variable_name(table, variable, name))
		return;
	if ((row = find(table, name)) != NULL)
		take(settings, origin, row, strchr(variable, '=') + 1);
	else if (!table->shared_environment ||
		 find_nearest(table, name) != NULL)
		unknown(settings, origin, name);
}

/* The value of POINTEAU_SERVER_CONFIG; NULL when it is not set, or empty, as
 * services unset what they cannot take away. */
static const char *find_config(
    const struct settings_table *table, char *const *environment)
{
	size_t prefix = strlen(table->environment);

	for (; environment != NULL && *environment != NULL; environment++) {
		if (strncmp(*environment, table->environment, prefix) == 0 &&
		    strncmp(*environment + prefix, CONFIG_WORD "=",
			sizeof(CONFIG_WORD)) == 0 &&
		    (*environment)[prefix + sizeof(CONFIG_WORD)] != '\0')
			return *environment + prefix + sizeof(CONFIG_WORD);
	}
	return NULL;
}

/* ---- the command line ---- */

static void read_flag(struct settings *settings, const char *text)
{
	const struct settings_origin origin = {SETTINGS_FLAG, 0};
	size_t len = strcspn(text, "=");
	char name[SETTING_NAME_MAX + 1] = "";
	const struct setting *row;

	memcpy(name, text, len < SETTING_NAME_MAX ? len : SETTING_NAME_MAX);
	if (text[len] == '\0' || len == 0) {
		fault_at(settings, origin, "",
		    L("« %.60s » : donnez le nom et la valeur, comme dans "
		      "--set language=fr",
			"\"%.60s\": give the name and the value, as in --set "
			"language=fr"),
		    text);
	} else if ((row = find(settings->table, name)) == NULL) {
		unknown(settings, origin, name);
	} else {
		take(settings, origin, row, text + len + 1);
	}
}

static void read_flags(struct settings *settings, const struct call *call)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (strcmp(call->given[i]->name, "set") == 0)
			read_flag(settings, call->values[i]);
	}
}

/* ---- all of them ---- */

void settings_presets(const struct settings_table *table, void *values)
{
	memset(values, 0, table->size);
	for (size_t i = 0; i < table->count; i++) {
		int rc = setting_parse(
		    &table->rows[i], values, table->rows[i].preset, NULL);

		assert(rc == 0);
		(void)rc;
	}
}

static void start(
    struct settings *out, const struct settings_table *table, void *values)
{
	assert(table->count <= SETTINGS_MAX);
	memset(out, 0, sizeof(*out));
	out->table = table;
	out->values = values;
	settings_presets(table, values);
}

/* What is required is a text of some type. */
static bool is_empty(const struct settings *settings, const struct setting *row)
{
	return ((const char *)settings->values)[row->offset] == '\0';
}

/* A value that was refused is a fault already, not one that is missing. */
static bool is_blamed(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->kept; i++) {
		if (strcmp(settings->faults[i].setting, name) == 0)
			return true;
	}
	return false;
}

static void finish(struct settings *settings)
{
	const struct settings_table *table = settings->table;

	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];

		if ((row->flags & SETTING_REQUIRED) != 0 &&
		    is_empty(settings, row) && !is_blamed(settings, row->name))
			settings_fault(settings, row->name,
			    L("%s manque (%s) : ajoutez une ligne « %s = … »",
				"%s is missing (%s): add a line \"%s = …\""),
			    row->name, L(row->fr, row->en), row->name);
	}
	if (table->together != NULL)
		table->together(settings);
}

int settings_load_text(struct settings *out, const struct settings_table *table,
    void *values, const char *text, struct err *err)
{
	int rc;

	start(out, table, values);
	if ((rc = read_text(out, text, strlen(text), err)) == 0)
		finish(out);
	return rc;
}

const char *settings_named_file(
    const struct settings_table *table, const struct settings_given *given)
{
	return given->file != NULL ? given->file
	                           : find_config(table, given->environment);
}

/* ${*named}: somebody named it, so it must be there. */
static int find_file(struct settings *settings, const char *directory,
    const struct settings_given *given, bool *named, struct err *err)
{
	const struct settings_table *table = settings->table;
	const char *file = settings_named_file(table, given);
	struct buf path = BUF_INIT;

	*named = file != NULL && !given->may_lack;
	if (file != NULL && file[0] == '\0')
		return err_set(err, E_USAGE,
		    L("--config : il manque le nom du fichier des réglages",
			"--config: the name of the settings' file is "
			"missing"));
	if (file != NULL) {
		buf_add_text(&path, file);
	} else {
		buf_printf(&path, "%s/%s", directory, table->file);
		if (!os_file_exists(buf_text(&path)) &&
		    table->machine != NULL && os_file_exists(table->machine)) {
			buf_reset(&path);
			buf_add_text(&path, table->machine);
		}
	}
	settings->path = buf_take(&path);
	return settings->path != NULL ? 0 : err_nomem(err);
}

int settings_load(struct settings *out, const struct settings_table *table,
    void *values, const char *directory, const struct settings_given *given,
    struct err *err)
{
	bool named;
	int rc;

	start(out, table, values);
	if ((rc = find_file(out, directory, given, &named, err)) < 0)
		return rc;
	if (given->no_file || (!named && !os_file_exists(out->path))) {
		free(out->path);
		out->path = NULL;
	} else if ((rc = read_file(out, err)) < 0) {
		return rc;
	}
	for (char *const *at = given->environment; at != NULL && *at != NULL;
	     at++)
		read_variable(out, *at);
	if (given->call != NULL)
		read_flags(out, given->call);
	finish(out);
	return 0;
}

void settings_clear(struct settings *settings)
{
	free(settings->path);
	settings->path = NULL;
}

void settings_given_by(struct settings_given *out, const struct call *call)
{
	*out = (struct settings_given){.file = opt_value(call, "config")};
	out->environment = environ;
	out->call = call;
}

/* ---- telling ---- */

static void add_variable(
    struct buf *out, const struct settings_table *table, const char *name)
{
	buf_add_text(out, table->environment);
	for (; *name != '\0'; name++)
		buf_add_char(out, (char)toupper((unsigned char)*name));
}

void settings_add_origin(struct buf *out, const struct settings *settings,
    const struct settings_origin *origin, const char *name)
{
	switch (origin->source) {
	case SETTINGS_FILE:
		if (settings->path != NULL)
			buf_add_text(out, settings->path);
		if (settings->path != NULL && origin->line > 0)
			buf_add_text(out, ", ");
		if (origin->line > 0)
			buf_printf(out, L("ligne %d", "line %d"), origin->line);
		break;
	case SETTINGS_ENVIRONMENT:
		buf_add_text(out, L("variable ", "variable "));
		add_variable(out, settings->table, name);
		break;
	case SETTINGS_FLAG:
		buf_printf(out, "--set%s%s", name[0] != '\0' ? " " : "", name);
		break;
	case SETTINGS_DEFAULT:
		break;
	}
}

int settings_verdict(const struct settings *settings, struct err *err)
{
	const struct settings_fault *fault = settings->faults;
	struct buf where = BUF_INIT, more = BUF_INIT;
	int code;

	if (settings->fault_count == 0)
		return 0;
	while (fault->is_remark)
		fault++;
	settings_add_origin(&where, settings, &fault->origin, fault->setting);
	if (settings->fault_count > 1)
		buf_printf(&more,
		    L(" (et %zu autre%s : « %s config check » les dit toutes)",
			" (and %zu other%s: \"%s config check\" tells them "
			"all)"),
		    settings->fault_count - 1,
		    settings->fault_count > 2 ? "s" : "",
		    settings->table->program);
	code = fault->origin.source == SETTINGS_FLAG ? E_USAGE : E_INVALID;
	(void)err_set(err, code, "%s%s%s%s", buf_text(&where),
	    where.len > 0 ? L(" : ", ": ") : "", fault->text, buf_text(&more));
	buf_free(&where);
	buf_free(&more);
	return code;
}
