#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "shared/http/http.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/text.h"

static int take_option(const struct call *call, const char *name,
    char out[CONFIG_VALUE_MAX], struct err *err)
{
	const char *value = opt_value(call, name);

	if (value == NULL)
		return 0;
	if (strlen(value) >= CONFIG_VALUE_MAX ||
	    !text_is_utf8(value, strlen(value)) ||
	    strpbrk(value, "\r\n") != NULL) {
		return err_set(err, E_USAGE,
		    L("--%s : valeur refusée, sur plusieurs lignes ou de plus "
		      "de %d octets",
			"--%s: value refused, on several lines or over %d "
			"bytes"),
		    name, CONFIG_VALUE_MAX - 1);
	}
	memcpy(out, value, strlen(value) + 1);
	return 0;
}

/* A path that stays true wherever the server is started from. */
static int take_path(const struct call *call, const char *name,
    char out[CONFIG_VALUE_MAX], struct err *err)
{
	char resolved[PATH_MAX];
	int rc = take_option(call, name, out, err);

	if (rc < 0 || out[0] == '\0')
		return rc;
	if (realpath(out, resolved) == NULL)
		return err_errno(err, E_NOT_FOUND, "--%s %s", name, out);
	text_copy(out, CONFIG_VALUE_MAX, resolved);
	return 0;
}

/* What a file says already is changed there, not beside it. */
static int refuse_options(
    const struct call *call, const char *path, struct err *err)
{
	static const char *const names[] = {
	    "url", "listen", "hosts", "tls-certificate", "tls-key"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (opt_given(call, names[i]))
			return err_set(err, E_USAGE,
			    L("--%s : les réglages sont dans %s, qui existe "
			      "déjà ; écrivez-y celui-ci, puis relancez sans "
			      "l'option",
				"--%s: the settings are in %s, which exists "
				"already; write it there, then run again "
				"without the option"),
			    names[i], path);
	}
	return 0;
}

static int take_options(
    const struct call *call, struct config *out, struct err *err)
{
	const char *url = opt_value(call, "url");
	struct config after;
	int rc;

	if (opt_given(call, "tls-certificate") != opt_given(call, "tls-key"))
		return err_set(err, E_INVALID,
		    L("--tls-certificate et --tls-key vont ensemble",
			"--tls-certificate and --tls-key go together"));
	if ((rc = config_from_url(&after, url, err)) < 0)
		return rc;
	text_copy(out->url, sizeof(out->url), after.url);
	if (out->listen[0] == '\0')
		text_copy(out->listen, sizeof(out->listen), after.listen);
	if ((rc = take_option(call, "listen", out->listen, err)) < 0 ||
	    (opt_given(call, "listen") &&
		(rc = http_check_listen(out->listen, err)) < 0) ||
	    (rc = take_option(call, "hosts", out->hosts, err)) < 0 ||
	    (rc = take_path(
		 call, "tls-certificate", out->tls_certificate, err)) < 0)
		return rc;
	return take_path(call, "tls-key", out->tls_key, err);
}

static int check_written(struct config *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	/* What cannot be read back must not be written. */
	config_write(&text, out);
	if ((rc = buf_check(&text, err)) == 0)
		rc = config_parse(out, text.data, err);
	buf_free(&text);
	return rc;
}

static int no_url(struct err *err)
{
	return err_set(err, E_USAGE,
	    L("init : il manque --url URL (l'adresse que les postes "
	      "appellent), ou le réglage url",
		"init: --url URL is missing (the address that laptops call), "
		"or the setting url"));
}

/*
 * From --url and its companions, over the environment and --set; or without
 * --url from a file that is there already. ${*path}: of the file that was
 * named or found, borrowed; NULL: the directory's own.
 */
static int read_config(const struct call *call, struct config *out,
    const char **path, struct err *err)
{
	const struct program *program = call->program;
	const char *url = opt_value(call, "url");
	bool told = url != NULL && url[0] != '\0';
	struct settings_given given;
	struct settings settings;
	int rc;

	settings_given_by(&given, call);
	*path = settings_named_file(&config_table, &given);
	given.may_lack = true;
	given.no_file = *path == NULL && told;
	rc = config_load(&settings, out, program->directory, &given, err);
	if (rc == 0 && settings.path != NULL) {
		if (*path == NULL)
			*path = config_table.machine;
		rc = refuse_options(call, settings.path, err);
	}
	if (rc == 0 && out->url[0] == '\0' && !told &&
	    settings.fault_count == 1)
		rc = no_url(err);
	/* The one thing that lacks is given here. */
	if (rc == 0 && !(told && settings.fault_count == 1 &&
			   strcmp(settings.faults[0].setting, "url") == 0))
		rc = settings_verdict(&settings, err);
	settings_clear(&settings);
	if (rc == 0 && told)
		rc = take_options(call, out, err);
	return rc < 0 ? rc : check_written(out, err);
}

static int show_json(struct call *call, const struct config *config,
    const char *recovery, struct err *err)
{
	const struct program *program = call->program;

	return json_print(call->out,
	    json_pack("{s:i, s:s, s:s, s:s}", "schema", 1, "directory",
		program->directory, "url", config->url, "recovery_key",
		recovery),
	    err);
}

static void show(
    struct call *call, const struct config *config, const char *recovery)
{
	const struct program *program = call->program;

	buf_printf(call->out,
	    L("Serveur prêt dans %s pour %s.\n\n"
	      "Clé de secours, montrée une seule fois ; écrivez-la et gardez-"
	      "la hors de cette machine :\n\n  %s\n\n"
	      "Elle seule ouvrira les sauvegardes chiffrées.\n"
	      "Ensuite : « pointeau-server import structures FICHIER.csv », "
	      "puis « pointeau-server serve ».\n",
		"Server ready in %s for %s.\n\n"
		"Recovery key, shown once; write it down and keep it away "
		"from this machine:\n\n  %s\n\n"
		"It alone will open encrypted backups.\n"
		"Next: \"pointeau-server import structures FILE.csv\", then "
		"\"pointeau-server serve\".\n"),
	    program->directory, config->url, recovery);
}

int cmd_init(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct buf recovery = BUF_INIT;
	const char *path;
	struct config config;
	int rc;

	if ((rc = read_config(call, &config, &path, err)) < 0 ||
	    (rc = office_create_with(program->directory, path, &config,
		 program->os, &recovery, err)) < 0)
		goto out;
	if (cmd_json(call))
		rc = show_json(call, &config, buf_text(&recovery), err);
	else
		show(call, &config, buf_text(&recovery));
out:
	if (recovery.data != NULL)
		crypto_wipe(recovery.data, recovery.len);
	buf_free(&recovery);
	return rc;
}
