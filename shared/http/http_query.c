#include <string.h>

#include "shared/enc.h"
#include "shared/http/http_query.h"
#include "shared/lang.h"
#include "shared/text.h"

static int bad(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("requête mal écrite : « %% » et deux chiffres hexadécimaux, en "
	      "UTF-8",
		"query badly written: \"%%\" and two hexadecimal digits, in "
		"UTF-8"));
}

static int decode(
    struct buf *out, const char *text, size_t len, struct err *err)
{
	buf_reset(out);
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '%') {
			if (len - i < 3 ||
			    enc_unhex(&byte, 1, text + i + 1, 2, NULL) < 0)
				return bad(err);
			i += 2;
		} else if (byte == '+') {
			byte = ' ';
		}
		buf_add(out, &byte, 1);
	}
	if (buf_check(out, err) < 0)
		return E_NOMEM;
	return text_is_utf8(buf_text(out), out->len) ? 0 : bad(err);
}

int http_query_next(
    const char **at, struct buf *name, struct buf *value, struct err *err)
{
	const char *text;
	size_t len, split;
	int rc;

	while (**at == '&')
		(*at)++;
	if (**at == '\0')
		return 0;
	text = *at;
	len = strcspn(text, "&");
	split = strcspn(text, "=&");
	*at += len;
	if ((rc = decode(name, text, split, err)) < 0)
		return rc;
	if (split < len)
		split++;
	rc = decode(value, text + split, len - split, err);
	return rc < 0 ? rc : 1;
}

static int given_twice(const char *name, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, name);
	(void)err_set(err, E_USAGE,
	    L("membre « %s » donné deux fois", "member \"%s\" given twice"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}

int http_query_members(json_t *out, const char *query, struct err *err)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	int rc;

	while ((rc = http_query_next(&query, &name, &value, err)) > 0) {
		if (json_object_get(out, buf_text(&name)) != NULL) {
			rc = given_twice(buf_text(&name), err);
			break;
		}
		if (!json_put_text(out, buf_text(&name), buf_text(&value))) {
			rc = err_nomem(err);
			break;
		}
	}
	buf_free(&name);
	buf_free(&value);
	return rc;
}
