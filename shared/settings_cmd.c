#include <stdlib.h>
#include <string.h>

#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/settings_cmd.h"

/* What a program reads. */
static const char *source_word(enum settings_source source)
{
	static const char *const words[] = {
	    [SETTINGS_DEFAULT] = "default",
	    [SETTINGS_FILE] = "file",
	    [SETTINGS_ENVIRONMENT] = "environment",
	    [SETTINGS_FLAG] = "flag",
	};

	return words[source];
}

/* The value as it is shown: a secret only as being there. */
static void show_value(
    struct buf *out, const struct setting *row, const void *values)
{
	struct buf value = BUF_INIT;

	setting_format(&value, row, values);
	if ((row->flags & SETTING_SECRET) != 0 && value.len > 0)
		buf_add_text(out, L("(secret)", "(secret)"));
	else
		buf_add(out, buf_text(&value), value.len);
	out->failed = out->failed || value.failed;
	buf_free(&value);
}

/* ---- JSON ---- */

/* The number, truth or text itself, so that no program parses "15min". */
static json_t *value_json(const struct setting *row, const void *values)
{
	const void *at = (const char *)values + row->offset;
	struct buf text = BUF_INIT;
	json_t *json;

	switch (row->type) {
	case SETTING_INTEGER:
	case SETTING_DURATION:
	case SETTING_SIZE:
		return json_integer(*(const int64_t *)at);
	case SETTING_BOOLEAN:
		return json_boolean(*(const bool *)at);
	case SETTING_TEXT:
	case SETTING_LIST:
	case SETTING_ADDRESS:
	case SETTING_PATH:
	case SETTING_CHOICE:
		break;
	}
	show_value(&text, row, values);
	json = text.failed ? NULL : json_string(buf_text(&text));
	buf_free(&text);
	return json;
}

static json_t *variable_json(
    const struct settings_table *table, const struct setting *row)
{
	struct buf text = BUF_INIT;
	json_t *json;

	buf_add_text(&text, table->environment);
	for (const char *at = row->name; *at != '\0'; at++)
		buf_add_char(
		    &text, *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at);
	json = text.failed ? NULL : json_string(buf_text(&text));
	buf_free(&text);
	return json;
}

/* ${*array}, which is consumed on failure. */
static bool append(json_t *array, json_t *stolen)
{
	return json_array_append_new(array, stolen) == 0;
}

static json_t *show_row(
    const struct settings *settings, size_t index, const char *file)
{
	const struct setting *row = &settings->table->rows[index];
	const struct settings_origin *origin = &settings->origins[index];
	json_t *json = json_pack("{s:s, s:o, s:s}", "name", row->name, "value",
	    value_json(row, settings->values), "source",
	    source_word(origin->source));
	bool done = json != NULL;

	if (done && origin->source == SETTINGS_FILE)
		done = json_put_text(json, "file", file) &&
		       json_put_int(json, "line", origin->line);
	if (done)
		return json;
	json_decref(json);
	return NULL;
}

static int show_json(
    struct call *call, const struct settings *settings, struct err *err)
{
	const char *file = settings->path != NULL ? settings->path : "";
	json_t *rows = json_array();
	bool done = rows != NULL;

	for (size_t i = 0; done && i < settings->table->count; i++)
		done = append(rows, show_row(settings, i, file));
	if (!done) {
		json_decref(rows);
		return err_nomem(err);
	}
	return json_print(call->out,
	    json_pack(
		"{s:i, s:s, s:o}", "schema", 1, "file", file, "settings", rows),
	    err);
}

/* ---- show ---- */

static int show_table(
    struct call *call, const struct settings *settings, struct err *err)
{
	const struct settings_table *rows = settings->table;
	struct buf value = BUF_INIT, origin = BUF_INIT;
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Réglage", "Setting"), OUT_TEXT);
	table_column(table, L("Valeur", "Value"), OUT_TEXT);
	table_column(table, L("D'où", "From"), OUT_TEXT);
	for (size_t i = 0; i < rows->count; i++) {
		buf_reset(&value);
		buf_reset(&origin);
		show_value(&value, &rows->rows[i], settings->values);
		settings_add_origin(&origin, settings, &settings->origins[i],
		    rows->rows[i].name);
		table_row(table);
		table_text(table, rows->rows[i].name);
		table_text(table, buf_text(&value));
		table_text(table, origin.len > 0 ? buf_text(&origin)
						 : L("défaut", "default"));
	}
	if ((rc = table_check(table, err)) == 0 &&
	    (rc = buf_check(&value, err)) == 0 &&
	    (rc = buf_check(&origin, err)) == 0)
		out_terminal(call->out, table);
	table_free(table);
	buf_free(&value);
	buf_free(&origin);
	return rc < 0 ? rc : buf_check(call->out, err);
}

static void add_fault(struct buf *out, const struct settings *settings,
    const struct settings_fault *fault)
{
	struct buf where = BUF_INIT;

	settings_add_origin(&where, settings, &fault->origin, fault->setting);
	buf_printf(out, "%s%s%s%s\n", buf_text(&where),
	    where.len > 0 ? L(" : ", ": ") : "",
	    fault->is_remark ? L("remarque : ", "note: ") : "", fault->text);
	out->failed = out->failed || where.failed;
	buf_free(&where);
}

static void add_faults(struct buf *out, const struct settings *settings)
{
	size_t all = settings->fault_count + settings->remark_count;

	for (size_t i = 0; i < settings->kept; i++)
		add_fault(out, settings, &settings->faults[i]);
	if (all > settings->kept)
		buf_printf(out, L("… et %zu autres\n", "… and %zu others\n"),
		    all - settings->kept);
}

int settings_cmd_show(
    struct call *call, const struct settings *settings, struct err *err)
{
	if (!opt_given(call, "quiet"))
		add_faults(call->note, settings);
	return opt_given(call, "json") ? show_json(call, settings, err)
	                               : show_table(call, settings, err);
}

/* ---- check ---- */

static json_t *fault_json(
    const struct settings *settings, const struct settings_fault *fault)
{
	const struct settings_origin *origin = &fault->origin;
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "severity",
	    fault->is_remark ? "remark" : "fault", "setting", fault->setting,
	    "source", source_word(origin->source), "text", fault->text);
	bool done = json != NULL;

	if (done && origin->source == SETTINGS_FILE && settings->path != NULL)
		done = json_put_text(json, "file", settings->path);
	if (done && origin->line > 0)
		done = json_put_int(json, "line", origin->line);
	if (done)
		return json;
	json_decref(json);
	return NULL;
}

static int check_json(
    struct call *call, const struct settings *settings, struct err *err)
{
	json_t *faults = json_array();
	bool done = faults != NULL;

	for (size_t i = 0; done && i < settings->kept; i++)
		done =
		    append(faults, fault_json(settings, &settings->faults[i]));
	if (!done) {
		json_decref(faults);
		return err_nomem(err);
	}
	return json_print(call->out,
	    json_pack("{s:i, s:s, s:b, s:o}", "schema", 1, "file",
		settings->path != NULL ? settings->path : "", "ok",
		settings->fault_count == 0, "faults", faults),
	    err);
}

static void check_text(struct call *call, const struct settings *settings)
{
	add_faults(call->note, settings);
	if (settings->fault_count > 0)
		return;
	if (settings->path != NULL)
		buf_printf(call->out,
		    L("Réglages lus sans faute : %s.\n",
			"Settings read without fault: %s.\n"),
		    settings->path);
	else
		buf_add_text(call->out,
		    L("Réglages sans faute ; aucun fichier, tout est par "
		      "défaut.\n",
			"Settings without fault; no file, all is by "
			"default.\n"));
}

int settings_cmd_check(
    struct call *call, struct settings *settings, struct err *err)
{
	int rc = 0;

	if (settings->table->around != NULL)
		settings->table->around(settings);
	if (opt_given(call, "json"))
		rc = check_json(call, settings, err);
	else
		check_text(call, settings);
	if (rc < 0 || (rc = buf_check(call->out, err)) < 0)
		return rc;
	if (settings->fault_count == 0)
		return 0;
	return err_set(err, E_INVALID,
	    settings->fault_count == 1
		? L("%zu faute dans les réglages : rien ne démarre avec elle",
		      "%zu fault in the settings: nothing starts with it")
		: L("%zu fautes dans les réglages : rien ne démarre avec elles",
		      "%zu faults in the settings: nothing starts with them"),
	    settings->fault_count);
}

/* ---- default, man ---- */

static json_t *default_row(
    const struct settings_table *table, const struct setting *row)
{
	struct buf range = BUF_INIT;
	json_t *json = NULL;

	setting_range(&range, row);
	if (!range.failed)
		json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b}",
		    "name", row->name, "type", setting_type_word(row->type),
		    "default", row->preset, "range", buf_text(&range), "help",
		    L(row->fr, row->en), "variable", variable_json(table, row),
		    "secret", (row->flags & SETTING_SECRET) != 0, "required",
		    (row->flags & SETTING_REQUIRED) != 0);
	buf_free(&range);
	return json;
}

static int default_json(
    struct call *call, const struct settings_table *table, struct err *err)
{
	json_t *rows = json_array();
	bool done = rows != NULL;

	for (size_t i = 0; done && i < table->count; i++)
		done = append(rows, default_row(table, &table->rows[i]));
	if (!done) {
		json_decref(rows);
		return err_nomem(err);
	}
	return json_print(call->out,
	    json_pack("{s:i, s:s, s:o}", "schema", 1, "file", table->file,
		"settings", rows),
	    err);
}

int settings_cmd_default(
    struct call *call, const struct settings_table *table, struct err *err)
{
	void *values;

	if (opt_given(call, "json"))
		return default_json(call, table, err);
	if ((values = malloc(table->size)) == NULL)
		return err_nomem(err);
	settings_presets(table, values);
	settings_write(call->out, table, values);
	free(values);
	return buf_check(call->out, err);
}

int settings_cmd_man(
    struct call *call, const struct settings_table *table, struct err *err)
{
	settings_man(call->out, table);
	return buf_check(call->out, err);
}
