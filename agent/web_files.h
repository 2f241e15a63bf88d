/* The files of the page, as cmake/web.cmake built them into the program. */
#ifndef POINTEAU_AGENT_WEB_FILES_H
#define POINTEAU_AGENT_WEB_FILES_H

#include <stddef.h>

struct web_file {
	const char *path; /* "/index.html" */
	const char *mime;
	const char *etag; /* quoted: from the SHA-256 of the bytes */
	const unsigned char *bytes;
	size_t len;
	const unsigned char *gzip; /* NULL: compressing does not pay */
	size_t gzip_len;
};

extern const struct web_file web_files[];
extern const size_t web_file_count;

#endif
