/*
 * The server's settings: one table (config.c) over shared/settings.h. A new
 * setting is a member here and a row there; the file, the environment, the
 * command line, `config …` and the man page follow.
 */
#ifndef POINTEAU_SERVER_CONFIG_H
#define POINTEAU_SERVER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/settings.h"

#define CONFIG_VALUE_MAX SETTING_VALUE_MAX
#define CONFIG_FILE_MAX  SETTINGS_FILE_MAX

/* In the order of the choices "auto|fr|en". */
enum config_language { CONFIG_AUTO, CONFIG_FRENCH, CONFIG_ENGLISH };

/* "own|proxy", "auto|yes|no". */
enum config_tls { CONFIG_TLS_OWN, CONFIG_TLS_PROXY };
enum config_pin { CONFIG_PIN_AUTO, CONFIG_PIN_YES, CONFIG_PIN_NO };

#define CONFIG_TOKEN_MIN 16 /* characters of metrics_token */

struct config {
	char url[CONFIG_VALUE_MAX];    /* https://host:port, no path */
	char listen[CONFIG_VALUE_MAX]; /* "addr:port" or "port"; never "" */
	char hosts[CONFIG_VALUE_MAX];  /* more Host values, comma separated */
	char tls_certificate[CONFIG_VALUE_MAX]; /* your own; "" self-signed */
	char tls_key[CONFIG_VALUE_MAX];
	int tls;                        /* enum config_tls */
	int tls_pin;                    /* enum config_pin */
	char proxies[CONFIG_VALUE_MAX]; /* shared/http/forwarded.h */
	int64_t stop_timeout;           /* seconds */
	int log_level;                  /* enum log_level */
	int log_format;                 /* enum log_format */
	bool log_addresses;
	char metrics_token[CONFIG_VALUE_MAX]; /* "": no metrics */
	int64_t disk_warn; /* bytes free: below, the office is told */
	int64_t disk_min;  /* … and below this the server is not ready */
	char backup_dir[CONFIG_VALUE_MAX]; /* "": backup asks where */
	int language; /* enum config_language, of the commands' texts */
};

extern const struct settings_table config_table;

/* The defaults that follow from ${url}. E_USAGE when it is no
 * https://host:port. */
int config_from_url(struct config *out, const char *url, struct err *err);

/* Read the file of ${directory}, or the one given, and all that goes over it
 * (settings_load). settings_verdict tells whether it may be used. */
int config_load(struct settings *settings, struct config *out,
    const char *directory, const struct settings_given *given, struct err *err);

/* Parse the file's text. E_INVALID names the line; an unknown setting is
 * refused with the nearest name. */
int config_parse(struct config *out, const char *text, struct err *err);

/* Append the commented file. */
void config_write(struct buf *out, const struct config *config);

/* Do laptops that enrol pin the certificate (else the system's authorities
 * vouch for it)? Left to us, our own self-signed one is. */
bool config_pins(const struct config *config);

/* The host of the url, without port. */
void config_host(const struct config *config, char *out, size_t size);

#endif
