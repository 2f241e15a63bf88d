#include <string.h>

#include "server/cmd.h"
#include "server/reload.h"
#include "server/tls.h"
#include "shared/log.h"

void reload_log(const struct config *config)
{
	log_set((enum log_level)config->log_level,
	    (enum log_format)config->log_format);
	log_set_addresses(config->log_addresses);
}

static int read_settings(struct config *out, struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct settings_given given;
	struct settings settings;
	int rc;

	settings_given_by(&given, call);
	if ((rc = config_load(
		 &settings, out, program->directory, &given, err)) == 0)
		rc = settings_verdict(&settings, err);
	settings_clear(&settings);
	return rc;
}

/* Whether laptops pin it was decided at their enrolment: one's own certificate
 * in the place of ours, or the reverse, is no renewal. */
static bool is_hot(
    const char *name, const struct config *before, const struct config *now)
{
	bool renewed = before->tls == CONFIG_TLS_OWN &&
	               before->tls_certificate[0] != '\0' &&
	               now->tls_certificate[0] != '\0';

	return strncmp(name, "log_", 4) == 0 ||
	       (renewed && (strcmp(name, "tls_certificate") == 0 ||
			       strcmp(name, "tls_key") == 0));
}

/* Name what waits for a restart. */
static void tell_rest(const struct config *before, const struct config *now)
{
	for (size_t i = 0; i < config_table.count; i++) {
		const struct setting *row = &config_table.rows[i];
		struct buf old = BUF_INIT, new = BUF_INIT;

		setting_format(&old, row, before);
		setting_format(&new, row, now);
		if (!is_hot(row->name, before, now) &&
		    strcmp(buf_text(&old), buf_text(&new)) != 0)
			log_event(
			    LOG_WARN, "restart_needed", "setting", row->name);
		buf_free(&old);
		buf_free(&new);
	}
}

static int take_certificate(
    const struct office *office, const struct config *now, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if (office->config.tls != CONFIG_TLS_OWN)
		return 0;
	rc = office_path(office, OFFICE_TLS, &path, err);
	if (rc == 0 && office->config.tls_certificate[0] != '\0' &&
	    now->tls_certificate[0] != '\0')
		rc = tls_certificate_adopt(
		    path.data, now->tls_certificate, now->tls_key, err);
	if (rc == 0)
		rc = tls_reload(path.data, err);
	buf_free(&path);
	return rc;
}

static void take_settings(struct office *office, const struct config *now)
{
	struct config *config = &office->config;

	config->log_level = now->log_level;
	config->log_format = now->log_format;
	config->log_addresses = now->log_addresses;
	if (config->tls != CONFIG_TLS_OWN ||
	    config->tls_certificate[0] == '\0' ||
	    now->tls_certificate[0] == '\0')
		return;
	memcpy(config->tls_certificate, now->tls_certificate,
	    sizeof(config->tls_certificate));
	memcpy(config->tls_key, now->tls_key, sizeof(config->tls_key));
}

int reload(struct service *service, struct call *call, struct err *err)
{
	struct config now;
	int rc;

	if ((rc = read_settings(&now, call, err)) < 0)
		return rc;
	(void)pthread_mutex_lock(&service->lock);
	if ((rc = take_certificate(service->office, &now, err)) == 0) {
		tell_rest(&service->office->config, &now);
		take_settings(service->office, &now);
		reload_log(&now);
	}
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}
