#include <stdlib.h>
#include <string.h>

#include "shared/json.h"
#include "shared/lang.h"
#include "shared/text.h"

/*
 * When memory lacks, jansson may drop a character of a long text and go on,
 * or call the text invalid. An entry must not be read so: its hours would be
 * set aside for good. Hence its allocations are watched. While it reads, the
 * first that fails gets a spare block, and no byte follows: without the quote
 * that ends a text, jansson would read on beyond it.
 */
struct spare {
	void *block;
	size_t size;
	bool lent;
};

static _Thread_local bool starved;
static _Thread_local struct spare spare;

static void *watched_malloc(size_t size)
{
	void *block = malloc(size);

	if (block != NULL)
		return block;
	starved = true;
	if (spare.block == NULL || spare.lent || size > spare.size)
		return NULL;
	spare.lent = true;
	return spare.block;
}

static void watched_free(void *block)
{
	if (block != spare.block)
		free(block);
}

/* Before main, since it must not happen while another thread reads. */
__attribute__((constructor)) static void watch_memory(void)
{
	json_set_alloc_funcs(watched_malloc, watched_free);
}

/*
 * jansson recurses while it parses; refuse depth before it does, by counting
 * brackets outside strings.
 */
static bool too_deep(const char *text, size_t len)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_READ_DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
		}
	}
	return false;
}

static bool has_real(const json_t *json)
{
	if (json_is_real(json))
		return true;
	if (json_is_object(json)) {
		const char *key;
		json_t *value;

		/* The macro's cast drops const; nothing is changed. */
		json_object_foreach((json_t *)(uintptr_t)json, key, value)
		{
			if (has_real(value))
				return true;
		}
	}
	for (size_t i = 0; i < json_array_size(json); i++) {
		if (has_real(json_array_get(json, i)))
			return true;
	}
	return false;
}

/* jansson cites what it stumbled on as it is, line feeds too. */
static int unreadable(const json_error_t *where, struct err *err)
{
	struct buf shown = BUF_INIT;
	int rc;

	text_quote(&shown, where->text);
	if ((rc = buf_check(&shown, err)) == 0)
		rc = err_set(err, E_INVALID,
		    L("JSON illisible, octet %d : %s",
			"JSON unreadable, byte %d: %s"),
		    where->position, buf_text(&shown));
	buf_free(&shown);
	return rc;
}

struct feed {
	const char *at;
	size_t left;
};

/* A json_load_callback_t: one byte, so that none is left where it matters. */
static size_t feed_one(void *buffer, size_t size, void *context)
{
	struct feed *feed = context;

	if (starved || feed->left == 0 || size == 0)
		return 0;
	*(char *)buffer = *feed->at++;
	feed->left--;
	return 1;
}

/* NULL: unreadable (${where}), or starved. */
static json_t *load(const char *data, size_t len, json_error_t *where)
{
	struct feed feed = {data, len};
	json_t *json;

	/* jansson's buffer of a text doubles: at most twice its length. */
	spare.size = 2 * len + 64;
	spare.lent = false;
	starved = (spare.block = malloc(spare.size)) == NULL;
	if (starved)
		return NULL;
	json =
	    json_load_callback(feed_one, &feed, JSON_REJECT_DUPLICATES, where);
	if (starved) {
		json_decref(json);
		json = NULL;
	}
	free(spare.block);
	spare.block = NULL;
	return json;
}

int json_read(json_t **out, const void *data, size_t len, struct err *err)
{
	json_error_t where;
	json_t *json;

	*out = NULL;
	/* jansson passes over a NUL that follows a number. */
	if (len > 0 && memchr(data, '\0', len) != NULL) {
		return err_set(err, E_INVALID,
		    L("JSON : octet nul interdit", "JSON: NUL byte forbidden"));
	}
	if (too_deep(data, len)) {
		return err_set(err, E_INVALID,
		    L("JSON : plus de %d niveaux", "JSON: over %d levels"),
		    JSON_READ_DEPTH_MAX);
	}
	json = load(data, len, &where);
	if (starved)
		return err_nomem(err);
	if (json == NULL)
		return unreadable(&where, err);
	if (has_real(json)) {
		json_decref(json);
		return err_set(err, E_INVALID,
		    L("JSON : nombres entiers seulement",
			"JSON: integers only"));
	}
	*out = json;
	return 0;
}

int json_read_own(json_t **out, const void *data, size_t len, struct err *err)
{
	json_error_t where;

	*out = load(data, len, &where);
	if (starved)
		return err_nomem(err);
	return *out == NULL ? unreadable(&where, err) : 0;
}

json_t *json_clone(const json_t *json)
{
	json_t *copy;

	starved = false;
	copy = json_deep_copy(json);
	if (starved) {
		json_decref(copy);
		return NULL;
	}
	return copy;
}

static int add_chunk(const char *chunk, size_t len, void *out)
{
	buf_add(out, chunk, len);
	return ((struct buf *)out)->failed ? -1 : 0;
}

void json_write(struct buf *out, const json_t *json)
{
	if (json_dump_callback(
		json, add_chunk, out, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
		out->failed = true;
}

void json_write_sorted(struct buf *out, const json_t *json)
{
	if (json_dump_callback(json, add_chunk, out,
		JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS) < 0)
		out->failed = true;
}

int json_print(struct buf *out, json_t *json, struct err *err)
{
	if (json == NULL)
		return err_nomem(err);
	json_write(out, json);
	buf_add_char(out, '\n');
	json_decref(json);
	return buf_check(out, err);
}

const char *json_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

int64_t json_int(const json_t *object, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_is_blank(const json_t *json)
{
	return json == NULL || json_is_null(json) ||
	       (json_is_string(json) && json_string_length(json) == 0);
}

bool json_put(json_t *object, const char *key, json_t *stolen)
{
	return json_object_set_new(object, key, stolen) == 0;
}

bool json_put_text(json_t *object, const char *key, const char *text)
{
	return json_put(object, key, json_string(text));
}

bool json_put_int(json_t *object, const char *key, int64_t value)
{
	return json_put(object, key, json_integer(value));
}
