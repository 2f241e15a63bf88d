#include <string.h>

#include "agent/page_parts.h"
#include "agent/web_files.h"
#include "shared/lang.h"

/* Of a directory for development. */
#define FILE_MAX ((size_t)4 * 1024 * 1024)

/* Scripts, styles, fonts, icons: the page's own alone; nothing inline, no text
 * made into script or markup, nobody's frame. */
#define POLICY                                                                 \
	"default-src 'none'; script-src 'self'; style-src 'self'; "            \
	"font-src 'self'; img-src 'self'; connect-src 'self'; "                \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "        \
	"require-trusted-types-for 'script'; trusted-types 'none'"

static const struct mime {
	const char *end;
	const char *type;
} mimes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".woff2", "font/woff2"},
};

static const char *mime_of(const char *path)
{
	const char *end = strrchr(path, '.');

	for (size_t i = 0; i < sizeof(mimes) / sizeof(mimes[0]); i++) {
		if (end != NULL && strcmp(end, mimes[i].end) == 0)
			return mimes[i].type;
	}
	return NULL;
}

static void not_there(struct reply *reply)
{
	page_refuse(reply, 404, err_slug(E_NOT_FOUND),
	    L("il n'y a rien à cette adresse", "there is nothing here"));
}

/* Does the client take gzip? Every browser does, and says so plainly. */
static bool takes_gzip(const struct request *request)
{
	return request->accept_encoding != NULL &&
	       strstr(request->accept_encoding, "gzip") != NULL;
}

static void give_file(const struct web_file *file,
    const struct request *request, struct reply *reply)
{
	bool gzip = file->gzip != NULL && takes_gzip(request);

	reply->content_type = file->mime;
	reply->policy = POLICY;
	reply->etag = file->etag;
	if (request->if_none_match != NULL &&
	    strcmp(request->if_none_match, file->etag) == 0) {
		reply->status = 304;
		return;
	}
	reply->status = 200;
	reply->encoding = gzip ? "gzip" : NULL;
	buf_add(&reply->body, gzip ? file->gzip : file->bytes,
	    gzip ? file->gzip_len : file->len);
}

static void give_built_in(
    const char *path, const struct request *request, struct reply *reply)
{
	for (size_t i = 0; i < web_file_count; i++) {
		if (strcmp(web_files[i].path, path) == 0) {
			give_file(&web_files[i], request, reply);
			return;
		}
	}
	not_there(reply);
}

/* Plain names alone: nothing hidden, nothing above. */
static bool is_plain(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_./";

	return path[strspn(path, letters)] == '\0' &&
	       strstr(path, "..") == NULL && strstr(path, "/.") == NULL;
}

static void give_from_directory(
    const char *directory, const char *path, struct reply *reply)
{
	const char *mime = mime_of(path);
	struct buf name = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	if (!is_plain(path) || mime == NULL) {
		not_there(reply);
		return;
	}
	buf_printf(&name, "%s%s", directory, path);
	rc = os_file_read(&reply->body, buf_text(&name), FILE_MAX, &err);
	buf_free(&name);
	if (rc < 0) {
		page_fail(reply, &err);
		return;
	}
	reply->status = 200;
	reply->content_type = mime;
	reply->policy = POLICY;
}

void page_file(
    const struct page *page, const struct request *request, struct reply *reply)
{
	const char *path = request->path;

	if (strcmp(request->method, "GET") != 0) {
		page_refuse(reply, 405, err_slug(E_METHOD),
		    L("cette adresse se lit seulement (GET)",
			"this address can only be read (GET)"));
		return;
	}
	if (strcmp(path, "/") == 0)
		path = "/index.html";
	if (page->web_dir != NULL)
		give_from_directory(page->web_dir, path, reply);
	else
		give_built_in(path, request, reply);
}
