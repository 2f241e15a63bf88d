#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/admin.h"
#include "server/cmd.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/text.h"

#define PROGRAM           "pointeau-server"
#define DEFAULT_DIRECTORY "/var/lib/pointeau"
#define RETRY_MS          50

/* clang-format off */
static const struct opt init_options[] = {
    {"url", OPT_REQUIRED, "URL", "adresse que les postes appellent",
	"address that laptops call"},
    {"listen", 0, "ADDR:PORT", "où écouter (défaut : d'après l'adresse)",
	"where to listen (default: after the address)"},
    {"hosts", 0, "H[,H]", "autres valeurs de Host acceptées",
	"other accepted Host values"},
    {"tls-certificate", 0, "PEM", "votre certificat (avec --tls-key)",
	"your certificate (with --tls-key)"},
    {"tls-key", 0, "PEM", "sa clé privée", "its private key"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt code_options[] = {
    {"crew", OPT_REQUIRED, "C[,C]", "équipes que le poste verra",
	"crews that the laptop will see"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt scope_options[] = {
    {"crew", OPT_REQUIRED, "C[,C]", "équipes que le poste verra désormais",
	"crews that the laptop will see from now on"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt revoke_options[] = {
    {"reason", 0, "R", "motif (défaut : poste perdu ou volé)",
	"reason (default: device lost or stolen)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt purge_options[] = {
    {"reason", OPT_REQUIRED, "R", "motif, par exemple fin de conservation",
	"reason, such as the end of the keeping period"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt match_options[] = {
    {"worker", 0, "W", "salarié de la liste", "worker on the list"},
    {"reason", 0, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt resolve_options[] = {
    {"keep", 0, "HASH", "garder cette valeur", "keep this value"},
    {"both", OPT_FLAG, NULL, "garder les deux, l'une sur un créneau x",
	"keep both, one in an x slot"},
    {"time", 0, "T", "une autre durée", "another duration"},
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt report_options[] = {
    {"by", 0, "D", "worker, site, crew, activity ou structure",
	"worker, site, crew, activity or structure"},
    {"format", 0, "F", "table, csv ou json", "table, csv or json"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

#define CLOSE_OPTIONS \
	{"structure", OPT_REQUIRED, "S", "la structure", "the structure"}, \
	{"month", OPT_REQUIRED, "YYYY-MM", "le mois", "the month"}

static const struct opt month_options[] = {
    CLOSE_OPTIONS,
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt close_options[] = {
    CLOSE_OPTIONS,
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt adjust_options[] = {
    CLOSE_OPTIONS,
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt reopen_options[] = {
    CLOSE_OPTIONS,
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {"second", OPT_REQUIRED, "P", "la seconde personne", "the second person"},
    {"exception", 0, "R", "clore malgré ce qui manque, pour ce motif",
	"close despite what is missing, for this reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt out_options[] = {
    {"out", OPT_REQUIRED, "DIR", "dossier à créer", "directory to make"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt verify_options[] = {
    {"fingerprint", 0, "SHA256:…",
	"empreinte attendue de la clé du serveur",
	"expected fingerprint of the server's key"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct command commands[] = {
    {"init", "", init_options, "prépare un serveur neuf",
	"sets up a new server", cmd_init, CMD_BARE},
    {"serve", "", NULL, "sert les postes en HTTPS",
	"serves the laptops over HTTPS", cmd_serve, CMD_BARE},
    {"config check", "", NULL, "relit les réglages",
	"checks the settings", cmd_config_check, CMD_READ},
    {"import", "WHAT FILE", NULL,
	"importe structures, sites, crews, supervisors, workers ou skills",
	"imports structures, sites, crews, supervisors, workers or skills",
	cmd_import, CMD_WRITE | CMD_FILES},
    {"import usb", "DIR", NULL,
	"prend ce que des postes ont copié sur une clé",
	"takes in what laptops copied to a stick", cmd_import_usb,
	CMD_WRITE | CMD_STICK},
    {"newcomer list", "", NULL, "les nouveaux venus notés sur le terrain",
	"newcomers recorded in the field", cmd_newcomer_list, CMD_READ},
    {"newcomer match", "NEWCOMER [WORKER]", match_options,
	"rattache un nouveau venu à un salarié",
	"matches a newcomer to a worker", cmd_newcomer_match, CMD_WRITE},
    {"device code", "", code_options, "un code d'enrôlement (15 min, une fois)",
	"an enrolment code (15 min, one use)", cmd_device_code, CMD_WRITE},
    {"device list", "", NULL, "les postes enrôlés", "the enrolled devices",
	cmd_device_list, CMD_READ},
    {"device scope", "DEVICE", scope_options, "change ce que voit un poste",
	"changes what a device sees", cmd_device_scope, CMD_WRITE},
    {"device revoke", "DEVICE", revoke_options, "révoque un poste",
	"revokes a device", cmd_device_revoke, CMD_WRITE},
    {"alerts", "", NULL, "ce que le bureau doit regarder",
	"what the office should look at", cmd_alerts, CMD_READ},
    {"purge", "WORKER", purge_options, "détruit tout ce qui est su d'un salarié",
	"destroys all that is known of a worker", cmd_purge, CMD_WRITE},
    {"report month", "MONTH", report_options, "les heures d'un mois",
	"the hours of a month", cmd_report_month, CMD_READ},
    {"conflicts list", "", NULL, "les créneaux contestés",
	"the contested slots", cmd_conflicts_list, CMD_READ},
    {"conflicts resolve", "ID", resolve_options, "tranche un créneau contesté",
	"settles a contested slot", cmd_conflicts_resolve, CMD_WRITE},
    {"close", "", close_options, "clôture un mois", "closes a month", cmd_close,
	CMD_WRITE},
    {"close check", "", month_options, "ce qui empêche de clore un mois",
	"what stands in the way of closing a month", cmd_close_check, CMD_READ},
    {"close show", "", month_options, "les chiffres d'un mois clos",
	"the figures of a closed month", cmd_close_show, CMD_READ},
    {"close late", "", month_options, "ce qui est venu depuis la clôture",
	"what came since the closing", cmd_close_late, CMD_READ},
    {"close adjust", "", adjust_options, "approuve ces ajustements",
	"approves these adjustments", cmd_close_adjust, CMD_WRITE},
    {"close reopen", "", reopen_options, "clôture un mois à nouveau",
	"closes a month anew", cmd_close_reopen, CMD_WRITE},
    {"export audit", "MONTH", out_options, "écrit un dossier que chacun peut vérifier",
	"writes a directory that anyone can verify", cmd_export_audit, CMD_READ},
    {"audit verify", "DIR", verify_options, "vérifie un tel dossier",
	"verifies such a directory", cmd_audit_verify, CMD_BARE},
    {"key rotate", "", NULL, "donne une nouvelle clé au serveur",
	"gives the server a new key", cmd_key_rotate, CMD_WRITE},
    {"rebuild", "", NULL, "recalcule les projections depuis le journal",
	"recomputes the projections from the log", cmd_rebuild, CMD_WRITE},
    {"completion", "SHELL", NULL, "écrit de quoi compléter les commandes",
	"writes a completion script (bash, zsh, fish)", cmd_completion, CMD_BARE},
};
/* clang-format on */

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

int cmd_completion(struct call *call, struct err *err)
{
	return opt_completion(call->out, call->args[0], PROGRAM, commands,
	    sizeof(commands) / sizeof(commands[0]), err);
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

/* ---- where a command runs ---- */

static int run_in(
    struct call *call, const struct os *os, bool write, struct err *err)
{
	struct program *program = call->program;
	struct office office;
	int rc = office_open(&office, program->directory, os, write, err);

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

/*
 * A command that writes: here when nobody else does, else in the running
 * server. Between the two, another short command may hold the lock.
 */
static int run_writer(struct call *call, const struct os *os, int argc,
    char *const *argv, struct err *err)
{
	struct program *program = call->program;
	int rc;

	for (int waited = 0; waited < CMD_WAIT_MS; waited += RETRY_MS) {
		rc = run_in(call, os, true, err);
		if (rc != E_LOCKED)
			return rc;
		rc = admin_call(program->directory, argc, argv, program->inputs,
		    program->input_count, call->out, call->note, err);
		if (rc != E_OFFLINE)
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

	if ((flags & CMD_WRITE) != 0)
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

int cmd_main(int argc, char *const *argv, const struct os *os, struct buf *out,
    struct buf *note, struct err *err)
{
	size_t count = sizeof(commands) / sizeof(commands[0]);
	struct program *program = calloc(1, sizeof(*program));
	struct call call = {.out = out, .note = note, .program = program};
	struct listing listing = {BUF_INIT};
	char resolved[PATH_MAX];
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
	if ((call.command->flags & CMD_FILES) != 0)
		rc = read_inputs(&call, &listing, err);
	else if ((call.command->flags & CMD_STICK) != 0)
		rc = cmd_read_stick(&call, &listing.names, err);
	if (rc == 0)
		rc = dispatch(&call, os, argc, argv, err);
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
	free(program);
	return rc;
}

int cmd_run_inside(int argc, char *const *argv, struct office *office,
    const struct import_input *inputs, size_t input_count, struct buf *out,
    struct buf *note, struct err *err)
{
	struct program *program = calloc(1, sizeof(*program));
	struct call call = {.out = out, .note = note, .program = program};
	int rc;

	if (program == NULL)
		return err_nomem(err);
	rc = opt_parse(&call, commands, sizeof(commands) / sizeof(commands[0]),
	    argc, argv, err);
	if (rc == 0 && (call.command->flags & CMD_WRITE) == 0) {
		rc = err_set(err, E_USAGE,
		    L("commande refusée ici", "command refused here"));
	}
	if (rc == 0) {
		program->directory = office->directory;
		program->os = office->os;
		program->office = office;
		program->input_count = input_count;
		if (input_count > 0)
			memcpy(program->inputs, inputs,
			    input_count * sizeof(*inputs));
		rc = call.command->run(&call, err);
	}
	if (rc == 0)
		rc = buf_check(out, err);
	free(program);
	return rc;
}
