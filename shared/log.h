/*
 * What the programs say while they run: one line an event on standard error,
 * logfmt or JSON, with its time first. For whoever runs the machine, so in
 * English words that never change; texts for people (a trouble's reason) are
 * values. Never a name, a person, a note, a token, a cookie, a body: who adds
 * a member sees to it. Safe from many threads; each line is one write(2).
 *
 *	log_begin(&line, LOG_INFO, "set_received");
 *	log_number(&line, "entries", count);
 *	log_end(&line);
 */
#ifndef POINTEAU_SHARED_LOG_H
#define POINTEAU_SHARED_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/os.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_LEVELS };
enum log_format { LOG_LOGFMT, LOG_JSON, LOG_FORMATS };

/* Longer lines lose their end: what is less than PIPE_BUF is written in one
 * piece, whoever else writes. */
#define LOG_LINE_MAX 3072
#define LOG_ID_TEXT  17 /* 16 hex digits */

/* "error", "warn", "info", "debug"; "logfmt", "json". False when ${text} is
 * none. */
bool log_level_parse(enum log_level *out, const char *text);
bool log_format_parse(enum log_format *out, const char *text);
const char *log_level_name(enum log_level level);

/* What is written from now on; LOG_INFO, LOG_LOGFMT until then. */
void log_set(enum log_level level, enum log_format format);
/* Client addresses too? Not until told so. */
void log_set_addresses(bool wanted);
bool log_addresses(void);

/* A line being made. */
struct log_line {
	bool wanted; /* its level is written */
	enum log_format format;
	size_t whole; /* bytes of members that fit */
	struct buf text;
};

/* Is ${level} written? To spare making what would not be. */
bool log_wants(enum log_level level);

/* ${event}: a fixed snake_case word, as all names. The line has the clock's
 * time and, within a request, its id. */
void log_begin(struct log_line *line, enum log_level level, const char *event);
void log_text(struct log_line *line, const char *name, const char *value);
void log_number(struct log_line *line, const char *name, int64_t value);
void log_bool(struct log_line *line, const char *name, bool value);
/* Write it, and free. */
void log_end(struct log_line *line);

/* The same in one go: an event with one text, "" for none. */
void log_event(enum log_level level, const char *event, const char *name,
    const char *value);

/*
 * The request that the calling thread answers: 16 hex digits, "" for none. Its
 * lines, its answer and what the client is told of an error carry it.
 */
void log_request_begin(void);
void log_request_end(void);
const char *log_request(void);

#endif
