#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/admin.h"
#include "server/cmd.h"
#include "server/cmd_export.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/os_look.h"
#include "shared/progress.h"
#include "shared/qr.h"
#include "shared/text.h"

#define PROGRAM           CMD_PROGRAM
#define DEFAULT_DIRECTORY "/var/lib/pointeau"
#define RETRY_MS          50
#define KEY_MAX           ((size_t)64 * 1024)

bool cmd_json(const struct call *call)
{
	return opt_given(call, "json");
}

int cmd_check_month(const char *text, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct buf shown = BUF_INIT;
	struct err why = ERR_INIT;

	if (date_parse_month(text, first, last, &why) == 0)
		return 0;
	text_quote(&shown, text);
	(void)err_set(err, E_USAGE, L("mois « %s » : %s", "month \"%s\": %s"),
	    buf_text(&shown), why.text);
	buf_free(&shown);
	return E_USAGE;
}

struct office *cmd_office(const struct call *call)
{
	const struct program *program = call->program;

	return program->office;
}

struct office *cmd_reading(const struct call *call)
{
	const struct program *program = call->program;

	return program->reading != NULL ? program->reading : program->office;
}

void cmd_name_file(struct call *call, const char *name)
{
	struct program *program = call->program;

	text_copy(program->file, sizeof(program->file), name);
}

void cmd_name_person(struct call *call, const char *worker)
{
	struct program *program = call->program;

	text_copy(program->person, sizeof(program->person), worker);
}

static int print_table(struct call *call, const json_t *rows,
    void (*fill)(struct table *table, const json_t *rows), struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	fill(table, rows);
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_rows(struct call *call, json_t *rows, const char *none,
    void (*fill)(struct table *table, const json_t *rows), struct err *err)
{
	int rc = 0;

	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:o}", "schema", 1, "rows", rows), err);
	if (json_array_size(rows) == 0)
		buf_printf(call->out, "%s\n", none);
	else
		rc = print_table(call, rows, fill, err);
	json_decref(rows);
	return rc < 0 ? rc : buf_check(call->out, err);
}

bool cmd_put_qr(json_t *json, const char *text)
{
	struct buf path = BUF_INIT;
	int size = 0;
	bool put = true;

	if (qr_path(&path, &size, text, NULL) == 0)
		put = json_put(json, "qr",
		    json_pack(
			"{s:i, s:s}", "size", size, "path", buf_text(&path)));
	/* What it draws opens something: a code, a link. */
	if (path.data != NULL)
		crypto_wipe(path.data, path.len);
	buf_free(&path);
	return put;
}

int cmd_completion(struct call *call, struct err *err)
{
	size_t count;
	const struct command *commands = cmd_commands(&count);

	return opt_completion(
	    call->out, call->args[0], PROGRAM, commands, count, err);
}

/* ---- input files ---- */

static int add_input(struct program *program, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t i = program->input_count;
	int rc;

	if (i == CMD_INPUTS_MAX)
		return 0;
	if (path[0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le nom du fichier",
			"the file's name is missing"));
	if ((rc = os_file_read(
		 &program->storage[i], path, CMD_INPUT_MAX, err)) < 0)
		return rc;
	program->inputs[i].name = slash != NULL ? slash + 1 : path;
	program->inputs[i].data = buf_bytes(&program->storage[i]);
	program->input_count++;
	return 0;
}

struct listing {
	struct buf names;
};

/* Of a directory, the files of an official publication alone: they have
 * these endings and stand at its top. */
static int note_file(void *context, const char *relative, struct err *err)
{
	struct listing *listing = context;
	size_t len = strlen(relative);

	if (strchr(relative, '/') == NULL && len > 4 &&
	    strcmp(relative + len - 4, ".csv") == 0)
		buf_printf(&listing->names, "%s\n", relative);
	return buf_check(&listing->names, err);
}

/* The base names must outlive the call: they live in ${listing}. */
static int add_directory(struct program *program, const char *path,
    struct listing *listing, struct err *err)
{
	char *at, *save = NULL;
	int rc;

	if ((rc = os_directory_walk(path, note_file, listing, err)) < 0)
		return rc;
	if (listing->names.len == 0) {
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucun fichier .csv", "%s: no .csv file"), path);
	}
	for (at = strtok_r(listing->names.data, "\n", &save);
	     rc == 0 && at != NULL && program->input_count < CMD_CSV_MAX;
	     at = strtok_r(NULL, "\n", &save)) {
		struct buf file = BUF_INIT;

		buf_printf(&file, "%s/%s", path, at);
		if ((rc = buf_check(&file, err)) == 0)
			rc = add_input(program, file.data, err);
		buf_free(&file);
		if (rc == 0 && program->input_count > 0)
			program->inputs[program->input_count - 1].name = at;
	}
	return rc;
}

static int read_inputs(
    struct call *call, struct listing *listing, struct err *err)
{
	struct program *program = call->program;
	const char *path = call->args[call->arg_count - 1];

	return os_is_directory(path)
	           ? add_directory(program, path, listing, err)
	           : add_input(program, path, err);
}

/* Not a file's name but the key itself: it is not to be shown, nor to stay
 * in a shell's history. */
#define KEY_LETTERS 40

static int read_key(struct program *program, const char *name, struct err *err)
{
	size_t letters = 0, others = 0;
	int rc = os_file_read(&program->key, name, KEY_MAX, err);

	for (const char *c = name; *c != '\0'; c++) {
		letters += isalnum((unsigned char)*c) != 0;
		others += !isalnum((unsigned char)*c) && *c != '-' && *c != ' ';
	}
	if (rc == 0 || letters < KEY_LETTERS || others > 0)
		return rc;
	return err_set(err, E_USAGE,
	    L("--key : ce n'est pas un fichier, mais il semble que ce soit la "
	      "clé même ; écrivez-la dans un fichier (umask 077) et donnez "
	      "son nom, puis ôtez-la de l'historique du terminal",
		"--key: this is no file, but looks like the key itself; write "
		"it to a file (umask 077) and give its name, then remove it "
		"from the shell's history"));
}

/* All that the command line names, before anything is done with it. */
static int read_files(
    struct call *call, struct listing *listing, struct err *err)
{
	struct program *program = call->program;
	unsigned flags = call->command->flags;
	int rc;

	if (opt_value(call, "map") != NULL &&
	    (rc = add_input(program, opt_value(call, "map"), err)) < 0)
		return rc;
	if (opt_value(call, "key") != NULL &&
	    (rc = read_key(program, opt_value(call, "key"), err)) < 0)
		return rc;
	if ((flags & CMD_FILES) != 0)
		return read_inputs(call, listing, err);
	if ((flags & CMD_STICK) != 0)
		return cmd_read_stick(call, &listing->names, err);
	return 0;
}

/* ---- where a command runs ---- */

static int run_in(
    struct call *call, const struct os *os, bool write, struct err *err)
{
	struct program *program = call->program;
	struct office office;
	int rc = office_open_with(
	    &office, program->directory, &program->config, os, write, err);

	if (rc < 0)
		return rc;
	program->office = &office;
	rc = call->command->run(call, err);
	program->office = NULL;
	office_close(&office);
	return rc;
}

static void wait_a_little(void)
{
	const struct timespec pause = {0, RETRY_MS * 1000000L};

	(void)nanosleep(&pause, NULL);
}

/* What is set here does not reach a server that has started already. */
static void note_settings(struct call *call)
{
	if (opt_given(call, "set"))
		buf_add_text(call->note,
		    L("Le serveur qui tourne l'a fait, avec ses propres "
		      "réglages : --set n'y change rien.\n",
			"The running server did it, with its own settings: "
			"--set changes nothing there.\n"));
}

/*
 * A command that writes: here when nobody else does, else in the running
 * server. Between the two, another short command may hold the lock.
 */
static int run_writer(struct call *call, const struct os *os, int argc,
    char *const *argv, struct err *err)
{
	struct program *program = call->program;
	bool reached;
	int rc;

	for (int waited = 0; waited < CMD_WAIT_MS; waited += RETRY_MS) {
		rc = run_in(call, os, true, err);
		if (rc != E_LOCKED)
			return rc;
		rc = admin_call(program->directory, argc, argv, program->inputs,
		    program->input_count, &reached, call->out, call->note, err);
		if (rc == 0)
			note_settings(call);
		if (rc != E_OFFLINE || reached)
			return rc;
		wait_a_little();
	}
	return err_set(err, E_LOCKED,
	    L("une autre commande travaille dans %s : recommencez quand elle "
	      "aura fini",
		"another command works in %s: try again when it is done"),
	    program->directory);
}

static int run_reader(struct call *call, const struct os *os, struct err *err)
{
	int rc = run_in(call, os, true, err);

	return rc == E_LOCKED ? run_in(call, os, false, err) : rc;
}

static int dispatch(struct call *call, const struct os *os, int argc,
    char *const *argv, struct err *err)
{
	unsigned flags = call->command->flags;
	int rc;

	if ((flags & CMD_BARE) == 0 && (rc = cmd_read_config(call, err)) < 0)
		return rc;
	if ((flags & CMD_WRITE) != 0 ||
	    ((flags & CMD_EXPORT) != 0 && cmd_export_makes_file(call)))
		return run_writer(call, os, argc, argv, err);
	if ((flags & CMD_READ) != 0)
		return run_reader(call, os, err);
	return call->command->run(call, err);
}

static bool wants_help(char *const *argv)
{
	return strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	       strcmp(argv[1], "-h") == 0;
}

static int find_directory(
    const struct call *call, char *resolved, struct err *err)
{
	struct program *program = call->program;
	const char *given = opt_value(call, "data");

	if (given == NULL)
		given = DEFAULT_DIRECTORY;
	if (given[0] == '\0')
		return err_set(err, E_USAGE,
		    L("--data : il manque le nom du dossier",
			"--data: the directory's name is missing"));
	/* Not there yet (init): as it was given. */
	program->directory =
	    realpath(given, resolved) != NULL ? resolved : given;
	return 0;
}

/*
 * Root's commands are done as whoever owns the data directory: a file of
 * root's there would stop the server that runs as its owner. What the command
 * line names was read before, so a list or a key may be root's alone.
 */
static int leave_root(struct call *call, struct err *err)
{
	const struct program *program = call->program;

	return (call->command->flags & CMD_AS_IS) != 0
	           ? 0
	           : os_become_owner(program->directory, err);
}

static void explain_owner(struct call *call, uint32_t account)
{
	const struct program *program = call->program;

	if (os_account() != account)
		buf_printf(call->note,
		    L("Ceci s'est fait comme le propriétaire de %s, et non "
		      "comme root : il faut qu'il puisse lire et écrire là où "
		      "la commande le dit.\n",
			"This was done as the owner of %s, not as root: that "
			"account must be able to read and write where the "
			"command says.\n"),
		    program->directory);
}

/* Where the person is, not where the server runs. */
static int save_output(struct call *call, struct err *err)
{
	const char *path = opt_value(call, "out");
	int rc;

	if (path == NULL || strcmp(path, "-") == 0)
		return 0;
	rc =
	    os_file_write(path, buf_text(call->out), call->out->len, 0600, err);
	if (rc == 0)
		buf_reset(call->out);
	return rc;
}

int cmd_main(int argc, char *const *argv, const struct os *os, struct buf *out,
    struct buf *note, struct err *err)
{
	size_t count;
	const struct command *commands = cmd_commands(&count);
	struct program *program = calloc(1, sizeof(*program));
	struct call call = {.out = out, .note = note, .program = program};
	struct listing listing = {BUF_INIT};
	char resolved[PATH_MAX];
	uint32_t account = os_account();
	int rc = 0;

	if (program == NULL)
		return err_nomem(err);
	if (argc > 1 && wants_help(argv)) {
		opt_help(out, PROGRAM, commands, count);
		goto out;
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		buf_add_text(out, PROGRAM " " POINTEAU_VERSION "\n");
		goto out;
	}
	if ((rc = opt_parse(&call, commands, count, argc, argv, err)) < 0)
		goto out;
	if (opt_given(&call, "help")) {
		if (call.command != NULL)
			opt_help_command(out, PROGRAM, call.command);
		else
			opt_help(out, PROGRAM, commands, count);
		goto out;
	}
	program->os = os;
	if ((rc = find_directory(&call, resolved, err)) < 0)
		goto out;
	if ((call.command->flags & CMD_EXPORT) != 0 &&
	    (rc = cmd_export_check(&call, err)) < 0)
		goto out;
	if ((rc = read_files(&call, &listing, err)) < 0 ||
	    (rc = leave_root(&call, err)) < 0)
		goto out;
	if ((call.command->flags & CMD_LONG) != 0)
		rc = progress_start(opt_value(&call, "progress"), err);
	if (rc == 0)
		rc = dispatch(&call, os, argc, argv, err);
	progress_stop();
	if (rc == 0 && (call.command->flags & CMD_EXPORT) != 0)
		rc = cmd_export_open(&call, err);
	if (rc == 0 && (call.command->flags & CMD_SAVE) != 0)
		rc = save_output(&call, err);
	if (rc == E_IO)
		explain_owner(&call, account);
	/* An answer that could not be told is none. */
	if (rc == 0)
		rc = buf_check(out, err);
	/* What explains a failure is no remark. */
	if (rc == 0 && opt_given(&call, "quiet"))
		buf_reset(note);
out:
	for (size_t i = 0; i < CMD_INPUTS_MAX; i++)
		buf_free(&program->storage[i]);
	buf_free(&listing.names);
	if (program->key.data != NULL)
		crypto_wipe(program->key.data, program->key.len);
	buf_free(&program->key);
	free(program);
	return rc;
}

static int check_kind(
    const struct command *command, unsigned flags, struct err *err)
{
	/* One that may make a file: it writes in the log then. */
	if ((command->flags & flags) != 0 ||
	    (flags == CMD_WRITE && (command->flags & CMD_EXPORT) != 0))
		return 0;
	return err_set(
	    err, E_USAGE, L("commande refusée ici", "command refused here"));
}

int cmd_run_job(
    struct cmd_job *job, struct buf *out, struct buf *note, struct err *err)
{
	struct office *office =
	    job->flags == CMD_READ ? job->reading : job->office;
	struct program *program = calloc(1, sizeof(*program));
	struct call call = {.out = out, .note = note, .program = program};
	const struct command *commands;
	size_t count;
	int rc;

	if (program == NULL)
		return err_nomem(err);
	commands = cmd_commands(&count);
	rc = opt_parse(&call, commands, count, job->argc, job->argv, err);
	if (rc == 0 && (rc = check_kind(call.command, job->flags, err)) == 0) {
		program->directory = office->directory;
		program->os = office->os;
		program->office = office;
		program->reading = job->reading;
		program->writer = job->writer;
		program->input_count = job->input_count;
		if (job->input_count > 0)
			memcpy(program->inputs, job->inputs,
			    job->input_count * sizeof(*job->inputs));
		rc = call.command->run(&call, err);
		text_copy(job->file, sizeof(job->file), program->file);
		text_copy(job->person, sizeof(job->person), program->person);
	}
	if (rc == 0)
		rc = buf_check(out, err);
	free(program);
	return rc;
}

int cmd_run_inside(int argc, char *const *argv, struct office *office,
    const struct import_input *inputs, size_t input_count, struct buf *out,
    struct buf *note, struct err *err)
{
	struct cmd_job job = {
	    .argc = argc,
	    .argv = argv,
	    .flags = CMD_WRITE,
	    .office = office,
	    .inputs = inputs,
	    .input_count = input_count,
	};

	return cmd_run_job(&job, out, note, err);
}
