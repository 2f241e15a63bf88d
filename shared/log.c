#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/log.h"
#include "shared/text.h"

#define ID_LEN    8
#define REPLACED  "\xef\xbf\xbd" /* U+FFFD */
#define TIME_TEXT 25             /* 2026-11-23T15:21:33.123Z */
#define SECOND_AT 19             /* of the stamp: where its 'Z' stands */
#define VALUE_MAX 2048           /* bytes of one value */

static const char *const level_names[LOG_LEVELS] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};
static const char *const format_names[LOG_FORMATS] = {
    [LOG_LOGFMT] = "logfmt",
    [LOG_JSON] = "json",
};

static atomic_int level_now = LOG_INFO;
static atomic_int format_now = LOG_LOGFMT;
static atomic_bool addresses_now = false;
static _Thread_local char request_now[LOG_ID_TEXT];

bool log_level_parse(enum log_level *out, const char *text)
{
	for (int i = 0; i < LOG_LEVELS; i++) {
		if (strcmp(level_names[i], text) != 0)
			continue;
		*out = (enum log_level)i;
		return true;
	}
	return false;
}

bool log_format_parse(enum log_format *out, const char *text)
{
	for (int i = 0; i < LOG_FORMATS; i++) {
		if (strcmp(format_names[i], text) != 0)
			continue;
		*out = (enum log_format)i;
		return true;
	}
	return false;
}

const char *log_level_name(enum log_level level)
{
	return level_names[level];
}

void log_set(enum log_level level, enum log_format format)
{
	atomic_store(&level_now, (int)level);
	atomic_store(&format_now, (int)format);
}

void log_set_addresses(bool wanted)
{
	atomic_store(&addresses_now, wanted);
}

bool log_addresses(void)
{
	return atomic_load(&addresses_now);
}

bool log_wants(enum log_level level)
{
	return (int)level <= atomic_load(&level_now);
}

/* ---- members ---- */

/* The bytes of the UTF-8 sequence at ${text}; 0 when it is none, or is a
 * control character of Unicode's second page, which terminals obey. */
static size_t sequence_len(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t len = byte[0] < 0x80                      ? 1
	             : byte[0] >= 0xc2 && byte[0] < 0xe0 ? 2
	             : byte[0] >= 0xe0 && byte[0] < 0xf0 ? 3
	             : byte[0] >= 0xf0 && byte[0] < 0xf5 ? 4
	                                                 : 0;

	if (len < 2)
		return len;
	if (strnlen(text, len) < len || !text_is_utf8(text, len) ||
	    (byte[0] == 0xc2 && byte[1] < 0xa0))
		return 0;
	return len;
}

/* Within quotes, alike in both formats: JSON's escapes. */
static void add_quoted(struct buf *out, const char *text)
{
	const char *start = text;

	buf_add_char(out, '"');
	while (*text != '\0' && text - start < VALUE_MAX) {
		size_t len = sequence_len(text);

		if (len == 0)
			buf_add_text(out, REPLACED);
		else if (*text == '"' || *text == '\\')
			buf_printf(out, "\\%c", *text);
		else if (*text == '\n')
			buf_add_text(out, "\\n");
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			buf_printf(out, "\\u%04x", (unsigned)*text);
		else
			buf_add(out, text, len);
		text += len == 0 ? 1 : len;
	}
	buf_add_char(out, '"');
}

/* Does logfmt take it as it is? */
static bool is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:+@[]";

	return text[0] != '\0' && strspn(text, plain) == strlen(text);
}

static void add_name(struct log_line *line, const char *name)
{
	bool first = line->text.len == 0;

	if (line->text.len <= LOG_LINE_MAX)
		line->whole = line->text.len;
	if (line->format == LOG_JSON)
		buf_printf(&line->text, "%s\"%s\":", first ? "{" : ",", name);
	else
		buf_printf(&line->text, "%s%s=", first ? "" : " ", name);
}

void log_text(struct log_line *line, const char *name, const char *value)
{
	if (!line->wanted)
		return;
	add_name(line, name);
	if (line->format == LOG_LOGFMT && is_plain(value))
		buf_add_text(&line->text, value);
	else
		add_quoted(&line->text, value);
}

void log_number(struct log_line *line, const char *name, int64_t value)
{
	if (!line->wanted)
		return;
	add_name(line, name);
	buf_printf(&line->text, "%" PRId64, value);
}

void log_bool(struct log_line *line, const char *name, bool value)
{
	if (!line->wanted)
		return;
	add_name(line, name);
	buf_add_text(&line->text, value ? "true" : "false");
}

/* ---- lines ---- */

static void add_time(struct log_line *line)
{
	char stamp[STAMP_TEXT], text[TIME_TEXT + 8];
	int64_t now_ms = os_wall_ms();

	stamp_format(now_ms / 1000, stamp);
	(void)snprintf(text, sizeof(text), "%.*s.%03dZ", SECOND_AT, stamp,
	    (int)(now_ms % 1000));
	log_text(line, "time", text);
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
	*line = (struct log_line){log_wants(level),
	    (enum log_format)atomic_load(&format_now), 0, BUF_INIT};
	if (!line->wanted)
		return;
	add_time(line);
	log_text(line, "level", log_level_name(level));
	log_text(line, "event", event);
	if (request_now[0] != '\0')
		log_text(line, "id", request_now);
}

/* Too long: without the members that do not fit. */
static void shorten(struct log_line *line)
{
	struct buf text = BUF_INIT;

	buf_add(&text, line->text.data, line->whole);
	buf_add_text(
	    &text, line->format == LOG_JSON ? ",\"cut\":true" : " cut=true");
	buf_free(&line->text);
	line->text = text;
}

void log_end(struct log_line *line)
{
	if (!line->wanted)
		return;
	if (line->text.len > LOG_LINE_MAX)
		shorten(line);
	buf_add_text(&line->text, line->format == LOG_JSON ? "}\n" : "\n");
	/* Nobody can be told that nobody can be told. */
	if (buf_check(&line->text, NULL) == 0)
		os_say(line->text.data, line->text.len);
	buf_free(&line->text);
	line->wanted = false;
}

void log_event(enum log_level level, const char *event, const char *name,
    const char *value)
{
	struct log_line line;

	log_begin(&line, level, event);
	if (name[0] != '\0')
		log_text(&line, name, value);
	log_end(&line);
}

/* ---- requests ---- */

void log_request_begin(void)
{
	uint8_t id[ID_LEN];

	os_random(&os_system, id, sizeof(id));
	enc_hex(id, sizeof(id), request_now);
}

void log_request_end(void)
{
	request_now[0] = '\0';
}

const char *log_request(void)
{
	return request_now;
}
