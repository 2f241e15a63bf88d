#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/tls.h"
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

static int read_config(
    const struct call *call, struct config *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (opt_given(call, "tls-certificate") != opt_given(call, "tls-key"))
		return err_set(err, E_INVALID,
		    L("--tls-certificate et --tls-key vont ensemble",
			"--tls-certificate and --tls-key go together"));
	if ((rc = config_from_url(out, opt_value(call, "url"), err)) < 0 ||
	    (rc = take_option(call, "listen", out->listen, err)) < 0 ||
	    (rc = take_option(call, "hosts", out->hosts, err)) < 0 ||
	    (rc = take_path(
		 call, "tls-certificate", out->tls_certificate, err)) < 0 ||
	    (rc = take_path(call, "tls-key", out->tls_key, err)) < 0)
		return rc;
	/* What cannot be read back must not be written. */
	config_write(&text, out);
	if ((rc = buf_check(&text, err)) == 0)
		rc = config_parse(out, text.data, err);
	buf_free(&text);
	return rc;
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
	struct config config;
	int rc;

	if ((rc = read_config(call, &config, err)) < 0 ||
	    (rc = office_create(
		 program->directory, &config, program->os, &recovery, err)) < 0)
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

/* The files that the settings name, read as `serve` will. */
static int check_certificate(const struct config *config, struct err *err)
{
	uint8_t pin[TLS_PIN_LEN];
	int rc;

	if (config->tls_certificate[0] == '\0')
		return 0;
	if ((rc = tls_certificate_pin(config->tls_certificate, pin, err)) < 0)
		return rc;
	return os_file_exists(config->tls_key)
	           ? 0
	           : err_errno(err, E_NOT_FOUND, "%s", config->tls_key);
}

int cmd_config_check(struct call *call, struct err *err)
{
	const struct config *config = &cmd_office(call)->config;
	int rc;

	if ((rc = check_certificate(config, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:s, s:s}", "schema", 1, "url",
			config->url, "listen", config->listen, "certificate",
			config->tls_certificate),
		    err);
	buf_printf(call->out,
	    L("Réglages lus sans faute : %s, écoute sur %s, certificat %s.\n",
		"Settings read without fault: %s, listening on %s, "
		"certificate %s.\n"),
	    config->url, config->listen,
	    config->tls_certificate[0] != '\0' ? config->tls_certificate
					       : L("autosigné", "self-signed"));
	return buf_check(call->out, err);
}
