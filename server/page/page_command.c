/* A row's command, run for the visitor: reads in the reading office, acts in
 * the writing one. */
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/page/page_parts.h"
#include "shared/command_line.h"
#include "shared/enc.h"
#include "shared/lang.h"

/* What runs, and what comes of it. */
struct run {
	struct asking *asking;
	const struct door_row *row;
	const struct command *command;
	struct command_line line;
	struct buf data; /* the decoded input file */
	struct import_input input;
	struct cmd_job job;
	struct buf out, note;
};

/* ---- the command line ---- */

static int read_input(struct run *run, struct err *err)
{
	const json_t *params = run->asking->params;
	const char *data = json_text(params, "data");

	run->input.name = json_text(params, "name");
	if (run->input.name[0] != '\0' &&
	    json_object_get(params, "data") != NULL && data[0] == '\0')
		return err_set(err, E_USAGE,
		    L("le fichier est vide : choisissez-en un autre",
			"the file is empty: choose another one"));
	if (run->input.name[0] == '\0' || data[0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le fichier : membres « name » et « data » "
		      "(base64)",
			"the file is missing: members \"name\" and \"data\" "
			"(base64)"));
	if (enc_unbase64(&run->data, data, strlen(data), NULL) < 0)
		return err_set(err, E_INVALID,
		    L("membre « data » : ce n'est pas du base64",
			"member \"data\": this is no base64"));
	run->input.data = buf_bytes(&run->data);
	run->job.inputs = &run->input;
	run->job.input_count = 1;
	return buf_check(&run->data, err);
}

/* A copy of the members without the file itself; NULL: no memory. */
static json_t *members_of(const struct run *run)
{
	json_t *members = json_copy(run->asking->params);

	if (members != NULL && (run->row->flags & DOOR_INPUT) != 0)
		(void)json_object_del(members, "data");
	return members;
}

static int make_line(struct run *run, struct err *err)
{
	const bool file = (run->row->flags & DOOR_FILE) != 0;
	const char *const fixed[] = {
	    "--no-input", file ? NULL : "--json", NULL};
	json_t *members = members_of(run);
	/* Whom the page acts for is known, and files of the server are not
	 * the page's. */
	const struct command_asked asked = {CMD_PROGRAM, run->command, fixed,
	    run->row->args, "as out web-dir", members};
	int rc = members == NULL ? err_nomem(err)
	                         : command_line_make(&run->line, &asked, err);

	json_decref(members);
	return rc;
}

/* ---- where it runs ---- */

/* An act is signed by who is logged in. */
static int act_as_visitor(
    void *who, cmd_act *act, void *context, struct err *err)
{
	const struct run *run = who;
	struct service *service = run->asking->door->service;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	service->office->signer = &run->asking->visitor->signer;
	rc = act(service->office, context, err);
	service->office->signer = NULL;
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

static int run_reading(struct run *run, struct view *view, struct err *err)
{
	const struct cmd_writer writer = {act_as_visitor, run};
	int rc;

	run->job.reading = &view->office;
	run->job.flags = CMD_READ;
	run->job.writer = &writer;
	rc = cmd_run_job(&run->job, &run->out, &run->note, err);
	run->job.writer = NULL;
	return rc;
}

static int run_job(struct office *office, void *context, struct err *err)
{
	struct run *run = context;

	run->job.office = office;
	return cmd_run_job(&run->job, &run->out, &run->note, err);
}

/* What an act reads at length it reads through the same scope as everybody
 * (cmd_reading). */
static int run_writing(struct run *run, struct err *err)
{
	run->job.reading = &run->asking->door->view.office;
	run->job.flags = CMD_WRITE;
	return act_as_visitor(run, run_job, run, err);
}

/* The server may have changed its key since the reading office was opened.
 * While somebody writes, the one before is good enough. */
static void renew_keys(struct door *door)
{
	struct service *service = door->service;
	struct office *reading = &door->view.office;

	if (pthread_mutex_trylock(&service->lock) != 0)
		return;
	reading->server = service->office->server;
	memcpy(reading->server_device, service->office->server_device,
	    sizeof(reading->server_device));
	(void)pthread_mutex_unlock(&service->lock);
}

/* What takes long keeps nobody waiting but who asks for the same. */
static int run_apart(struct run *run, struct err *err)
{
	struct door *door = run->asking->door;
	struct view *view;
	int rc;

	if (pthread_mutex_trylock(&door->apart) != 0)
		return err_set(err, E_BUSY,
		    L("quelqu'un demande déjà un tel fichier : recommencez "
		      "dans un instant",
			"somebody is asking for such a file already: try again "
			"in a moment"));
	if ((view = calloc(1, sizeof(*view))) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = view_open(view, door->service->office, err)) == 0 &&
	    (rc = view_look(view, &run->asking->visitor->signer, err)) == 0)
		rc = run_reading(run, view, err);
	view_close(view);
	free(view);
out:
	(void)pthread_mutex_unlock(&door->apart);
	return rc;
}

static int run_it(struct run *run, struct err *err)
{
	struct door *door = run->asking->door;
	int rc;

	run->job.argc = run->line.count;
	run->job.argv = run->line.words;
	if ((run->row->flags & DOOR_APART) != 0)
		return run_apart(run, err);
	(void)pthread_mutex_lock(&door->reading);
	renew_keys(door);
	rc = view_look(&door->view, &run->asking->visitor->signer, err);
	if (rc == 0)
		rc = (run->command->flags & CMD_WRITE) != 0
		         ? run_writing(run, err)
		         : run_reading(run, &door->view, err);
	door->view.office.signer = NULL;
	(void)pthread_mutex_unlock(&door->reading);
	return rc;
}

/* What was done in part is done, and told; what was not is a remark. */
static int done_in_part(struct run *run, int rc, const struct err *err)
{
	if (rc != E_PARTIAL || run->out.len == 0)
		return rc;
	buf_printf(&run->note, "%s\n", err->text);
	return 0;
}

/* A writing command looks for what it is given in the whole office. Somebody
 * limited to structures is told the same of what is elsewhere and of what is
 * nowhere (act_check_scope has these words too). What is looked for in a
 * structure that was named, or through the scope (exports), is told as it is.
 */
static int hide_elsewhere(const struct run *run, int rc, struct err *err)
{
	const struct asking *asking = run->asking;
	const json_t *params = asking->params;
	bool named = json_text(params, "structure")[0] != '\0' &&
	             json_text(params, "to-structure")[0] == '\0';

	if (rc != E_NOT_FOUND || named ||
	    (run->command->flags & CMD_WRITE) == 0 ||
	    (run->command->flags & CMD_EXPORT) != 0 ||
	    strcmp(asking->visitor->signer.structures, SIGNER_ALL) == 0)
		return rc;
	*err = (struct err)ERR_INIT;
	return act_unseen(err);
}

/* ---- the answer ---- */

/* What the visitor may not read, taken out of the answer. */
static int mask(struct run *run, struct err *err)
{
	const struct visitor *visitor = run->asking->visitor;
	bool health = role_has(visitor->row.role, RIGHT_HEALTH_READ);
	json_t *json = NULL;
	int rc = 0;

	if ((health && run->row->right != RIGHT_ANY) || run->out.len == 0)
		return 0;
	/* Our own words: deeper than what strangers may send. */
	if ((rc = json_read_own(&json, run->out.data, run->out.len, err)) < 0)
		return rc;
	door_keep_rights(json, visitor->row.role);
	if (!health)
		rc = door_mask(json, err);
	if (rc == 0) {
		buf_reset(&run->out);
		json_write(&run->out, json);
		rc = buf_check(&run->out, err);
	}
	json_decref(json);
	return rc;
}

static const struct {
	const char *end;
	const char *type;
} types[] = {
    {".csv", "text/csv; charset=utf-8"},
    {".json", HTTP_JSON_TYPE},
    {".pdf", "application/pdf"},
    {".svg", "image/svg+xml"},
    {".txt", HTTP_TEXT_TYPE},
    {".xlsx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".zip", "application/zip"},
};

static const char *type_of(const char *name)
{
	const char *end = strrchr(name, '.');

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (end != NULL && strcmp(types[i].end, end) == 0)
			return types[i].type;
	}
	return HTTP_BINARY_TYPE;
}

/* What is no letter, digit, '-', '_' or '.' becomes '-'. */
static void copy_name(char out[HTTP_FILE_MAX], const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.";

	text_copy(out, HTTP_FILE_MAX, name[0] != '\0' ? name : "pointeau");
	for (char *at = out; *at != '\0'; at++) {
		if (strchr(plain, *at) == NULL)
			*at = '-';
	}
}

static void give(struct run *run)
{
	struct reply *reply = run->asking->reply;

	buf_free(&reply->body);
	reply->body = run->out;
	run->out = (struct buf)BUF_INIT;
	reply->status = 200;
	if ((run->row->flags & DOOR_FILE) != 0) {
		copy_name(reply->file, run->job.file);
		reply->content_type = type_of(reply->file);
	} else {
		reply->content_type = HTTP_JSON_TYPE;
	}
}

void door_command(struct asking *asking, const struct door_row *row)
{
	struct run *run = calloc(1, sizeof(*run));
	struct err err = ERR_INIT;
	size_t count;
	const struct command *commands = cmd_commands(&count);
	int rc;

	if (run == NULL) {
		(void)err_nomem(&err);
		door_fail(asking->reply, &err);
		return;
	}
	run->asking = asking;
	run->row = row;
	run->command = command_find(commands, count, row->words);
	rc = run->command == NULL
	         ? err_set(&err, E_NOT_FOUND,
		       L("commande « %s » inconnue", "unknown command \"%s\""),
		       row->words)
	         : 0;
	if (rc == 0 && (row->flags & DOOR_INPUT) != 0)
		rc = read_input(run, &err);
	if (rc == 0 && (rc = make_line(run, &err)) == 0 &&
	    (rc = hide_elsewhere(
		 run, done_in_part(run, run_it(run, &err), &err), &err)) == 0 &&
	    (row->flags & DOOR_FILE) == 0) {
		rc = command_add_notes(&run->out, &run->note, &err);
		if (rc == 0)
			rc = mask(run, &err);
	}
	if (rc == 0 && (run->command->flags & CMD_WRITE) == 0)
		rc = door_note_access(asking, row, run->job.person, &err);
	if (rc < 0)
		door_fail(asking->reply, &err);
	else
		give(run);
	command_line_clear(&run->line);
	buf_free(&run->data);
	buf_free(&run->out);
	buf_free(&run->note);
	free(run);
}
