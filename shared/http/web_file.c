#include <string.h>

#include "shared/http/web_file.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/log.h"

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

static void refuse(struct reply *reply, int code, const char *text)
{
	json_t *json =
	    json_pack("{s:s,s:s}", "error", err_slug(code), "message", text);

	buf_reset(&reply->body);
	reply->status = err_http_status(code);
	reply->content_type = HTTP_JSON_TYPE;
	if (json != NULL && log_request()[0] != '\0')
		(void)json_put_text(json, "id", log_request());
	if (json != NULL)
		json_write(&reply->body, json);
	json_decref(json);
}

static void not_there(struct reply *reply)
{
	refuse(reply, E_NOT_FOUND,
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

static void give_built_in(const struct web_files *files, const char *path,
    const struct request *request, struct reply *reply)
{
	for (size_t i = 0; i < files->count; i++) {
		if (strcmp(files->rows[i].path, path) == 0) {
			give_file(&files->rows[i], request, reply);
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
		refuse(reply, rc, err.text);
		return;
	}
	reply->status = 200;
	reply->content_type = mime;
	reply->policy = POLICY;
}

void web_file_answer(const struct web_files *files, const char *directory,
    const struct request *request, struct reply *reply)
{
	const char *path = request->path;

	if (strcmp(request->method, "GET") != 0) {
		refuse(reply, E_METHOD,
		    L("cette adresse se lit seulement (GET)",
			"this address can only be read (GET)"));
		return;
	}
	if (strcmp(path, "/") == 0)
		path = "/index.html";
	if (directory != NULL)
		give_from_directory(directory, path, reply);
	else
		give_built_in(files, path, request, reply);
}
