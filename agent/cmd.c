#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/cmd.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

#define NOTE_MAX 1024

int cmd_directory(const struct call *call, struct buf *out, struct err *err)
{
	const char *data = opt_value(call, "data");

	if (data == NULL)
		return os_data_directory(out, err);
	if (data[0] == '\0')
		return err_set(err, E_USAGE,
		    L("--data : il manque le nom du dossier",
			"--data: the directory's name is missing"));
	buf_add_text(out, data);
	return buf_check(out, err);
}

int cmd_open(
    const struct call *call, struct agent *out, bool create, struct err *err)
{
	const struct program *program = call->program;
	struct buf directory = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = cmd_directory(call, &directory, err)) == 0)
		rc = create || program->resident == NULL
		         ? agent_open(out, buf_text(&directory), program->os,
			       create, err)
		         : resident_open(program->resident, out,
			       buf_text(&directory), program->os, err);
	buf_free(&directory);
	return rc;
}

int cmd_roster(const struct call *call, const struct agent *agent,
    struct roster *out, struct err *err)
{
	const struct program *program = call->program;

	return program->resident == NULL
	           ? roster_load(out, agent->db, err)
	           : resident_roster(program->resident, agent, out, err);
}

int cmd_begin(const struct call *call, struct cmd_work *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = cmd_open(call, &out->agent, false, err)) < 0)
		return rc;
	/* The lock first: the roster must not change under the act. */
	if ((rc = save_begin(&out->save, &out->agent, err)) < 0)
		return rc;
	return cmd_roster(call, &out->agent, &out->roster, err);
}

int cmd_commit(const struct call *call, struct cmd_work *work, struct err *err)
{
	return opt_given(call, "dry-run") ? 0 : save_commit(&work->save, err);
}

void cmd_end(struct cmd_work *work)
{
	if (work->agent.db != NULL)
		save_end(&work->save);
	roster_clear(&work->roster);
	agent_close(&work->agent);
}

bool cmd_json(const struct call *call)
{
	return opt_given(call, "json");
}

int cmd_answer(struct call *call, json_t *stolen, struct err *err)
{
	if (stolen == NULL)
		return err_nomem(err);
	json_write(call->out, stolen);
	buf_add_char(call->out, '\n');
	json_decref(stolen);
	return buf_check(call->out, err);
}

int cmd_table(struct call *call, const struct table *table, const char *none,
    struct err *err)
{
	int rc = table_check(table, err);

	if (rc < 0)
		return rc;
	if (table_rows(table) == 0)
		buf_printf(call->out, "%s\n", none);
	else
		out_terminal(call->out, table);
	return buf_check(call->out, err);
}

int cmd_flush(struct call *call, struct err *err)
{
	int rc = buf_check(call->out, err);

	errno = 0;
	if (rc == 0 && (fwrite(call->out->data, 1, call->out->len, stdout) !=
			       call->out->len ||
			   fflush(stdout) != 0))
		rc = err_errno(
		    err, E_IO, L("sortie standard", "standard output"));
	buf_reset(call->out);
	return rc;
}

void cmd_note(struct call *call, const char *format, ...)
{
	char text[NOTE_MAX];
	va_list args;

	if (opt_given(call, "quiet"))
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_printf(call->note, "%s\n", text);
}

void cmd_warn(struct call *call, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		cmd_note(call, L("attention : %.*s", "warning: %.*s"), (int)len,
		    lines);
		lines += len + (lines[len] == '\n');
	}
}

int cmd_blame(const struct call *call, const char *name, struct err *err)
{
	struct buf shown = BUF_INIT;

	assert(opt_given(call, name));
	text_quote(&shown, opt_value(call, name));
	(void)err_context(
	    err, L("--%s « %s »", "--%s \"%s\""), name, buf_text(&shown));
	buf_free(&shown);
	if (err != NULL && err->code != E_NOMEM)
		err->code = E_USAGE;
	return err != NULL ? err->code : E_USAGE;
}

int cmd_day(const struct call *call, const struct agent *agent,
    char out[DATE_TEXT], struct err *err)
{
	const char *text = opt_value(call, "day");
	struct date date;

	if (text == NULL) {
		acts_today(agent, out);
		return 0;
	}
	if (date_parse(&date, text, err) < 0)
		return cmd_blame(call, "day", err);
	date_format(&date, out);
	return 0;
}

static int read_input(struct buf *out, size_t max, struct err *err)
{
	char piece[4096];
	size_t len;

	while ((len = fread(piece, 1, sizeof(piece), stdin)) > 0) {
		buf_add(out, piece, len);
		if (out->len > max)
			return err_set(err, E_LIMIT,
			    L("entrée standard : plus de %zu octets",
				"standard input: over %zu bytes"),
			    max);
	}
	if (ferror(stdin) != 0)
		return err_errno(
		    err, E_IO, L("entrée standard", "standard input"));
	return buf_check(out, err);
}

int cmd_read(struct buf *out, const char *path, size_t max, struct err *err)
{
	if (path[0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le nom du fichier",
			"the file's name is missing"));
	return strcmp(path, "-") == 0 ? read_input(out, max, err)
	                              : os_file_read(out, path, max, err);
}

int cmd_way(struct agent *agent, const char *structure, const struct hash *hash,
    const char **word, int64_t *receipt, struct err *err)
{
	static const char *const words[] = {
	    [WAY_KEPT] = "kept",
	    [WAY_SENT] = "sent",
	    [WAY_RECEIVED] = "received",
	};
	enum entry_way way;
	int rc = ledger_way(agent->db, structure, hash, &way, receipt, err);

	*word = words[way];
	return rc;
}

void cmd_add_way(struct buf *out, const char *word, int64_t receipt)
{
	if (strcmp(word, "received") == 0)
		buf_printf(out,
		    L("reçue (n° %" PRId64 ")", "received (no. %" PRId64 ")"),
		    receipt);
	else if (strcmp(word, "sent") == 0)
		buf_add_text(out, L("partie", "sent"));
	else
		buf_add_text(out, L("gardée ici", "kept here"));
}
