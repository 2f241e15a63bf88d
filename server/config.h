/*
 * The server's settings: one file, pointeau-server.conf in the data
 * directory, "name = value" lines and '#' comments. One table (config.c)
 * holds every setting's name, default and help.
 */
#ifndef POINTEAU_SERVER_CONFIG_H
#define POINTEAU_SERVER_CONFIG_H

#include "shared/buf.h"
#include "shared/err.h"

#define CONFIG_VALUE_MAX 1024
#define CONFIG_FILE_MAX  ((size_t)64 * 1024)

struct config {
	char url[CONFIG_VALUE_MAX];    /* https://host:port, no path */
	char listen[CONFIG_VALUE_MAX]; /* "addr:port" or "port" */
	char hosts[CONFIG_VALUE_MAX];  /* more Host values, comma separated */
	char tls_certificate[CONFIG_VALUE_MAX]; /* your own; "" self-signed */
	char tls_key[CONFIG_VALUE_MAX];
};

/* The defaults that follow from ${url}. E_USAGE when it is no
 * https://host:port. */
int config_from_url(struct config *out, const char *url, struct err *err);

/* Parse the file's text. E_INVALID names the line; an unknown setting is
 * refused with the nearest name. */
int config_parse(struct config *out, const char *text, struct err *err);

/* Append the commented file. */
void config_write(struct buf *out, const struct config *config);

/* The host of the url, without port. */
void config_host(const struct config *config, char *out, size_t size);

#endif
