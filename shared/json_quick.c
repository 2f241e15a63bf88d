#include <string.h>

#include "shared/json_quick.h"

/* More digits may not fit, or are written otherwise by json_write. */
#define DIGITS_MAX 18

/* What is left of the text. */
struct scan {
	char *at;
	char *end;
};

static bool take(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool is_follower(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The length of the strict UTF-8 sequence of several bytes at ${p}, with
 * ${left} bytes there, or 0. */
static size_t sequence(const unsigned char *p, size_t left)
{
	if (p[0] < 0xC2 || p[0] > 0xF4 || left < 2 || !is_follower(p[1]))
		return 0;
	if (p[0] < 0xE0)
		return 2;
	if (left < 3 || !is_follower(p[2]))
		return 0;
	/* Spelt too long, or half of a surrogate pair. */
	if (p[0] < 0xF0)
		return (p[0] == 0xE0 && p[1] < 0xA0) ||
		               (p[0] == 0xED && p[1] > 0x9F)
		           ? 0
		           : 3;
	if (left < 4 || !is_follower(p[3]) || (p[0] == 0xF0 && p[1] < 0x90) ||
	    (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return 4;
}

/* Stands for itself, and is one whole character. */
static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* A text without escapes, from behind its opening quote: the closing one
 * becomes a NUL. */
static bool rest_of_text(struct scan *scan, const char **text, size_t *len)
{
	unsigned char *p = (unsigned char *)scan->at;
	unsigned char *end = (unsigned char *)scan->end;
	size_t step;

	for (;;) {
		while (p < end && is_plain(*p))
			p++;
		if (p == end)
			return false;
		if (*p == '"')
			break;
		if ((step = sequence(p, (size_t)(end - p))) == 0)
			return false;
		p += step;
	}
	*text = scan->at;
	*len = (size_t)((char *)p - scan->at);
	*p = '\0';
	scan->at = (char *)p + 1;
	return true;
}

static bool take_text(struct scan *scan, const char **text, size_t *len)
{
	return take(scan, '"') && rest_of_text(scan, text, len);
}

/* Digits alone, as json_write spells them. */
static bool take_int(struct scan *scan, int64_t *out)
{
	const char *start = scan->at;
	int64_t value = 0;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
		if (scan->at - start == DIGITS_MAX)
			return false;
		value = 10 * value + (*scan->at++ - '0');
	}
	*out = value;
	return scan->at > start && (*start != '0' || scan->at == start + 1);
}

static bool take_null(struct scan *scan)
{
	if (scan->end - scan->at < 4 || memcmp(scan->at, "null", 4) != 0)
		return false;
	scan->at += 4;
	return true;
}

static bool take_value(struct scan *scan, struct json_flat_value *out)
{
	out->text = "";
	out->len = 0;
	out->integer = 0;
	if (take(scan, '"')) {
		out->type = JSON_FLAT_TEXT;
		return rest_of_text(scan, &out->text, &out->len);
	}
	if (scan->at < scan->end && *scan->at == 'n') {
		out->type = JSON_FLAT_NULL;
		return take_null(scan);
	}
	out->type = JSON_FLAT_INT;
	return take_int(scan, &out->integer);
}

/* ---- flat objects ---- */

static bool is_named(
    const struct json_flat_member *member, const char *name, size_t len)
{
	return member->name_len == len && memcmp(member->name, name, len) == 0;
}

static bool take_member(struct scan *scan, struct json_flat *out)
{
	struct json_flat_member *member = &out->members[out->count];

	if (out->count == JSON_FLAT_MAX ||
	    !take_text(scan, &member->name, &member->name_len))
		return false;
	for (size_t i = 0; i < out->count; i++) {
		if (is_named(&out->members[i], member->name, member->name_len))
			return false;
	}
	out->count++;
	return take(scan, ':') && take_value(scan, &member->value);
}

static bool take_flat(struct scan *scan, struct json_flat *out)
{
	out->count = 0;
	if (!take(scan, '{'))
		return false;
	if (take(scan, '}'))
		return true;
	do {
		if (!take_member(scan, out))
			return false;
	} while (take(scan, ','));
	return take(scan, '}');
}

bool json_flat_read(struct json_flat *out, char *text, size_t len)
{
	struct scan scan = {text, text + len};

	return take_flat(&scan, out) && scan.at == scan.end;
}

const struct json_flat_value *json_flat_find(
    const struct json_flat *flat, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < flat->count; i++) {
		if (is_named(&flat->members[i], name, len))
			return &flat->members[i].value;
	}
	return NULL;
}

const char *json_flat_text(const struct json_flat *flat, const char *name)
{
	const struct json_flat_value *value = json_flat_find(flat, name);

	return value != NULL ? value->text : "";
}

int64_t json_flat_int(
    const struct json_flat *flat, const char *name, int64_t fallback)
{
	const struct json_flat_value *value = json_flat_find(flat, name);

	return value != NULL && value->type == JSON_FLAT_INT ? value->integer
	                                                     : fallback;
}

bool json_flat_is_blank(const struct json_flat_value *value)
{
	return value == NULL || value->type == JSON_FLAT_NULL ||
	       (value->type == JSON_FLAT_TEXT && value->len == 0);
}

/* As jansson sorts keys: by bytes, then the shorter first. */
static bool comes_before(
    const struct json_flat_member *a, const struct json_flat_member *b)
{
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = memcmp(a->name, b->name, len);

	return order < 0 || (order == 0 && a->name_len < b->name_len);
}

/* The members that count, in order; how many. */
static size_t sort_members(const struct json_flat *flat,
    const struct json_flat_member *sorted[JSON_FLAT_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < flat->count; i++) {
		const struct json_flat_member *member = &flat->members[i];
		size_t at = count;

		if (json_flat_is_blank(&member->value))
			continue;
		for (; at > 0 && comes_before(member, sorted[at - 1]); at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = member;
		count++;
	}
	return count;
}

static void add_quoted(struct buf *out, const char *text, size_t len)
{
	buf_add_char(out, '"');
	buf_add(out, text, len);
	buf_add_char(out, '"');
}

static void add_int(struct buf *out, int64_t value)
{
	char digits[DIGITS_MAX];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	buf_add(out, digits + at, sizeof(digits) - at);
}

void json_flat_canonical(struct buf *out, const struct json_flat *flat)
{
	const struct json_flat_member *sorted[JSON_FLAT_MAX];
	size_t count = sort_members(flat, sorted), room = 2;

	/* At once: five signs and a value's bytes or digits each. */
	for (size_t i = 0; i < count; i++)
		room +=
		    sorted[i]->name_len + sorted[i]->value.len + DIGITS_MAX + 6;
	buf_reserve(out, room);
	buf_add_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		const struct json_flat_value *value = &sorted[i]->value;

		if (i > 0)
			buf_add_char(out, ',');
		add_quoted(out, sorted[i]->name, sorted[i]->name_len);
		buf_add_char(out, ':');
		if (value->type == JSON_FLAT_TEXT)
			add_quoted(out, value->text, value->len);
		else
			add_int(out, value->integer);
	}
	buf_add_char(out, '}');
}

/* ---- a value kept as text ---- */

void json_kept_init(struct json_kept *out)
{
	out->json = NULL;
	out->flat.count = 0;
}

int json_kept_read(
    struct json_kept *out, const char *text, size_t len, struct err *err)
{
	json_kept_init(out);
	if (len <= sizeof(out->room)) {
		memcpy(out->room, text, len);
		if (json_flat_read(&out->flat, out->room, len))
			return 0;
	}
	out->flat.count = 0;
	return json_read(&out->json, text, len, err);
}

void json_kept_clear(struct json_kept *kept)
{
	json_decref(kept->json);
	json_kept_init(kept);
}

const char *json_kept_text(const struct json_kept *kept, const char *name)
{
	return kept->json != NULL ? json_text(kept->json, name)
	                          : json_flat_text(&kept->flat, name);
}

int64_t json_kept_int(
    const struct json_kept *kept, const char *name, int64_t fallback)
{
	return kept->json != NULL ? json_int(kept->json, name, fallback)
	                          : json_flat_int(&kept->flat, name, fallback);
}

/* ---- an entry's line ---- */

/* A hash into ${out}, which may be NULL. */
static bool take_hash(struct scan *scan, struct hash *out)
{
	struct hash ignored;
	const char *hex;
	size_t len;

	return take_text(scan, &hex, &len) && len == HASH_TEXT - 1 &&
	       hash_parse(out != NULL ? out : &ignored, hex, NULL) == 0;
}

static bool take_hashes(
    struct scan *scan, struct hash *out, size_t max, size_t *count)
{
	*count = 0;
	if (!take(scan, '['))
		return false;
	if (take(scan, ']'))
		return true;
	do {
		if (*count == max ||
		    !take_hash(scan, out != NULL ? &out[*count] : NULL))
			return false;
		(*count)++;
	} while (take(scan, ','));
	return take(scan, ']');
}

static bool take_author(struct scan *scan, struct json_quick_entry *out)
{
	struct json_flat by;

	if (!take_flat(scan, &by))
		return false;
	out->device = json_flat_text(&by, "device");
	out->person = json_flat_text(&by, "person");
	return true;
}

enum member {
	MEMBER_V,
	MEMBER_KIND,
	MEMBER_STRUCTURE,
	MEMBER_RECORD,
	MEMBER_PARENTS,
	MEMBER_SET,
	MEMBER_NOTE,
	MEMBER_FROM,
	MEMBER_BY,
	MEMBER_AT,
	MEMBER_REASON,
	MEMBER_COUNT
};

static const struct {
	const char *name;
	size_t len;
} members[MEMBER_COUNT] = {
    [MEMBER_V] = {"v", 1},
    [MEMBER_KIND] = {"kind", 4},
    [MEMBER_STRUCTURE] = {"structure", 9},
    [MEMBER_RECORD] = {"record", 6},
    [MEMBER_PARENTS] = {"parents", 7},
    [MEMBER_SET] = {"set", 3},
    [MEMBER_NOTE] = {"note", 4},
    [MEMBER_FROM] = {"from", 4},
    [MEMBER_BY] = {"by", 2},
    [MEMBER_AT] = {"at", 2},
    [MEMBER_REASON] = {"reason", 6},
};

/* Which member ${name} is, tried from ${next} on: they mostly come in order.
 * MEMBER_COUNT: none. */
static enum member which(const char *name, size_t len, size_t next)
{
	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		size_t m = (next + i) % MEMBER_COUNT;

		if (members[m].len == len &&
		    memcmp(members[m].name, name, len) == 0)
			return (enum member)m;
	}
	return MEMBER_COUNT;
}

static bool take_words(struct scan *scan, const char **out)
{
	size_t len;

	return take_text(scan, out, &len);
}

static bool take_entry_member(
    struct scan *scan, struct json_quick_entry *out, enum member member)
{
	size_t ignored;

	switch (member) {
	case MEMBER_V:
		return take_int(scan, &out->v);
	case MEMBER_KIND:
		return take_words(scan, &out->kind);
	case MEMBER_STRUCTURE:
		return take_words(scan, &out->structure);
	case MEMBER_RECORD:
		return take_words(scan, &out->record);
	case MEMBER_PARENTS:
		return take_hashes(
		    scan, out->parents, out->parent_max, &out->parent_count);
	case MEMBER_SET:
		out->has_set = true;
		return take_flat(scan, out->set);
	case MEMBER_NOTE:
		return take_words(scan, &out->note);
	case MEMBER_FROM:
		return take_hashes(scan, NULL, SIZE_MAX, &ignored);
	case MEMBER_BY:
		return take_author(scan, out);
	case MEMBER_AT:
		return take_words(scan, &out->at);
	case MEMBER_REASON:
		return take_words(scan, &out->reason);
	case MEMBER_COUNT:
		break;
	}
	return false;
}

bool json_quick_entry(struct json_quick_entry *out, char *text, size_t len)
{
	struct scan scan = {text, text + len};
	size_t next = 0, name_len;
	unsigned seen = 0;
	const char *name;

	out->v = 0;
	out->kind = out->structure = out->record = out->note = "";
	out->reason = out->at = out->device = out->person = "";
	out->parent_count = out->set->count = 0;
	out->has_set = false;
	if (!take(&scan, '{'))
		return false;
	do {
		enum member member;

		if (!take_text(&scan, &name, &name_len) || !take(&scan, ':'))
			return false;
		member = which(name, name_len, next);
		if (member == MEMBER_COUNT || (seen & 1U << member) != 0 ||
		    !take_entry_member(&scan, out, member))
			return false;
		seen |= 1U << member;
		next = (size_t)member + 1;
	} while (take(&scan, ','));
	return take(&scan, '}') && scan.at == scan.end;
}
