/* The files of a page, as cmake/web.cmake built them into the program. */
#ifndef POINTEAU_SHARED_HTTP_WEB_FILE_H
#define POINTEAU_SHARED_HTTP_WEB_FILE_H

#include <stddef.h>

#include "shared/http/http.h"

struct web_file {
	const char *path; /* "/index.html" */
	const char *mime;
	const char *etag; /* quoted: from the SHA-256 of the bytes */
	const unsigned char *bytes;
	size_t len;
	const unsigned char *gzip; /* NULL: compressing does not pay */
	size_t gzip_len;
};

/* A page built without its files (POINTEAU_WEB=OFF) has none. */
struct web_files {
	const struct web_file *rows;
	size_t count;
};

/*
 * Answer a GET of a file of the page, "/" for its first: of ${files}, or of
 * ${directory} when it is not NULL (for development). With a strict
 * Content-Security-Policy; 304 for what the browser has already.
 */
void web_file_answer(const struct web_files *files, const char *directory,
    const struct request *request, struct reply *reply);

#endif
