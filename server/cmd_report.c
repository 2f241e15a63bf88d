#include <string.h>

#include "server/cmd.h"
#include "server/cmd_export.h"
#include "server/report.h"
#include "shared/lang.h"

static int show_json(
    struct call *call, const struct report *report, struct err *err)
{
	json_t *json = NULL;
	int rc = report_json(report, &json, err);

	return rc < 0 ? rc : json_print(call->out, json, err);
}

static int show_table(
    struct call *call, const struct report *report, struct err *err)
{
	struct table *table = NULL;
	int rc = report_table(report, REPORT_WORDS, &table, err);

	if (rc < 0)
		return rc;
	out_terminal(call->out, table);
	table_free(table);
	return buf_check(call->out, err);
}

/* As a file: an export, which writes in the log. */
static int make_file(struct call *call, const char *format, struct err *err)
{
	const char *by = opt_value(call, "by");
	const char *structure = opt_value(call, "structure");
	const struct export_ask ask = {
	    .what = "report",
	    .month = call->args[0],
	    .structure = structure != NULL ? structure : "",
	    .by = by != NULL ? by : "",
	    .worker = "",
	    .project = "",
	    .format = format,
	    .map = "",
	};

	/* A page reads where nothing can be written. */
	if (cmd_office(call)->lock < 0)
		return err_set(err, E_USAGE,
		    L("pas de fichier par ici : « export report » en fait un",
			"no file from here: \"export report\" makes one"));
	return cmd_export_run(call, &ask, err);
}

static bool is_file(const char *format)
{
	static const char *const all[] = {"csv", "rfc4180", "xlsx", "pdf"};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(all[i], format) == 0)
			return true;
	}
	return false;
}

static int read_format(
    const struct call *call, const char **out, struct err *err)
{
	const char *format = opt_value(call, "format");

	*out = cmd_json(call) ? "json" : "table";
	if (format == NULL)
		return 0;
	*out = format;
	if (cmd_json(call) && strcmp(format, "json") != 0)
		return err_set(err, E_USAGE,
		    L("--json et --format ne vont pas ensemble",
			"--json and --format do not go together"));
	if (is_file(format) || strcmp(format, "json") == 0 ||
	    strcmp(format, "table") == 0)
		return 0;
	return err_set(err, E_USAGE,
	    L("--format « %.60s » : table, csv ou json attendu (ou rfc4180, "
	      "xlsx, pdf)",
		"--format \"%.60s\": table, csv or json expected (or rfc4180, "
		"xlsx, pdf)"),
	    format);
}

int cmd_report_month(struct call *call, struct err *err)
{
	const char *by = opt_value(call, "by"), *format;
	struct report *report = NULL;
	int rc;

	if ((rc = read_format(call, &format, err)) < 0 ||
	    (rc = cmd_check_month(call->args[0], err)) < 0)
		return rc;
	if (is_file(format))
		return make_file(call, format, err);
	if ((rc = report_month(cmd_office(call), call->args[0],
		 by != NULL ? by : "worker", opt_value(call, "structure"),
		 &report, err)) < 0)
		return rc;
	rc = strcmp(format, "json") == 0 ? show_json(call, report, err)
	                                 : show_table(call, report, err);
	report_free(report);
	return rc;
}
