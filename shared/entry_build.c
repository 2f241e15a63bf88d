#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/entry.h"
#include "shared/lang.h"
#include "shared/text.h"

/*
 * Written without a tree, but in jansson's spelling: the first members are
 * always there, so that a comma precedes all others.
 */

/* Does jansson write ${text} as it stands? */
static bool is_plain(const char *text)
{
	size_t len = 0;
	bool ascii = true;

	for (; text[len] != '\0'; len++) {
		unsigned char byte = (unsigned char)text[len];

		if (byte < 0x20 || byte == '"' || byte == '\\')
			return false;
		ascii = ascii && byte < 0x80;
	}
	return ascii || text_is_utf8(text, len);
}

static void add_quoted(struct buf *out, const char *text)
{
	json_t *json;

	if (is_plain(text)) {
		buf_add_char(out, '"');
		buf_add_text(out, text);
		buf_add_char(out, '"');
		return;
	}
	if ((json = json_string(text)) == NULL)
		out->failed = true;
	else
		json_write(out, json);
	json_decref(json);
}

static void add_text(struct buf *out, const char *key, const char *text)
{
	buf_add_text(out, key);
	add_quoted(out, text);
}

static void add_optional(struct buf *out, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		add_text(out, key, text);
}

static void add_hashes(
    struct buf *out, const char *key, const struct hash *hashes, size_t count)
{
	char hex[HASH_TEXT];

	if (count == 0)
		return;
	buf_add_text(out, key);
	for (size_t i = 0; i < count; i++) {
		hash_hex(&hashes[i], hex);
		buf_add_text(out, i == 0 ? "[\"" : ",\"");
		buf_add(out, hex, HASH_TEXT - 1);
		buf_add_char(out, '"');
	}
	buf_add_char(out, ']');
}

static void add_member(struct buf *out, const json_t *value)
{
	const char *text = json_string_value(value);

	/* A NUL within, jansson alone can write. */
	if (text != NULL && strlen(text) == json_string_length(value))
		add_quoted(out, text);
	else if (json_is_integer(value))
		buf_printf(
		    out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		json_write(out, value);
}

static void add_value(struct buf *out, const json_t *value)
{
	const char *key, *comma = "{";
	json_t *member;

	if (json_object_size(value) == 0) {
		json_write(out, value);
		return;
	}
	/* The macro's cast drops const; nothing is changed. */
	json_object_foreach((json_t *)(uintptr_t)value, key, member)
	{
		buf_add_text(out, comma);
		add_quoted(out, key);
		buf_add_char(out, ':');
		add_member(out, member);
		comma = ",";
	}
	buf_add_char(out, '}');
}

static void add_line(struct buf *out, const struct entry_draft *draft)
{
	char at[STAMP_TEXT];

	stamp_format(draft->at_s, at);
	add_text(out, "{\"v\":1,\"kind\":", draft->kind);
	add_text(out, ",\"structure\":", draft->structure);
	add_text(out, ",\"record\":", draft->record);
	add_hashes(out, ",\"parents\":", draft->parents, draft->parent_count);
	if (draft->value != NULL) {
		buf_add_text(out, ",\"set\":");
		add_value(out, draft->value);
	}
	add_optional(out, ",\"note\":", draft->note);
	add_hashes(out, ",\"from\":", draft->from, draft->from_count);
	add_text(out, ",\"by\":{\"device\":", draft->device);
	add_optional(out, ",\"person\":", draft->person);
	add_text(out, "},\"at\":", at);
	add_optional(out, ",\"reason\":", draft->reason);
	buf_add_text(out, "}\n");
}

int entry_build(struct buf *out, const struct entry_draft *draft,
    const struct os *os, struct err *err)
{
	uint8_t salt[ENTRY_SALT_LEN];
	char hex[2 * ENTRY_SALT_LEN + 1];
	size_t start = out->len;
	int rc;

	os_random(os, salt, sizeof(salt));
	enc_hex(salt, sizeof(salt), hex);
	buf_add_text(out, hex);
	buf_add_char(out, '\n');
	add_line(out, draft);
	if ((rc = buf_check(out, err)) == 0 &&
	    (out->len - start > ENTRY_BYTES_MAX ||
		draft->parent_count > ENTRY_PARENTS_MAX))
		rc = err_set(err, E_LIMIT,
		    L("écriture de plus de %zu octets ou de plus de %d "
		      "parents : personne ne pourrait la relire",
			"entry over %zu bytes or over %d parents: nobody "
			"could read it back"),
		    ENTRY_BYTES_MAX, ENTRY_PARENTS_MAX);
	return rc;
}
