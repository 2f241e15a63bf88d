#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"

/* Make room for ${more} bytes and the closing NUL. */
static bool buf_grow(struct buf *buf, size_t more)
{
	size_t need, cap;
	char *data;

	assert(buf->len <= buf->cap);
	if (buf->failed)
		return false;
	if (more > SIZE_MAX / 2 - buf->len) {
		buf->failed = true;
		return false;
	}
	need = buf->len + more + 1;
	if (need <= buf->cap)
		return true;
	cap = buf->cap < 64 ? 64 : buf->cap;
	while (cap < need)
		cap *= 2;
	if ((data = realloc(buf->data, cap)) == NULL) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

void buf_reserve(struct buf *buf, size_t more)
{
	(void)buf_grow(buf, more);
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (!buf_grow(buf, len))
		return;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !buf_grow(buf, (size_t)len)) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	(void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

void buf_free(struct buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

const char *buf_text(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}

struct bytes buf_bytes(const struct buf *buf)
{
	return (struct bytes){buf_text(buf), buf->len};
}

int buf_check(const struct buf *buf, struct err *err)
{
	return buf->failed ? err_nomem(err) : 0;
}

char *buf_take(struct buf *buf)
{
	char *data;

	buf_add(buf, "", 0);
	if (buf->failed) {
		buf_free(buf);
		return NULL;
	}
	data = buf->data;
	*buf = (struct buf)BUF_INIT;
	return data;
}
