/* The office's page, built in. */
#ifndef POINTEAU_SERVER_PAGE_WEB_FILES_H
#define POINTEAU_SERVER_PAGE_WEB_FILES_H

#include "shared/http/web_file.h"

extern const struct web_files server_web;

#endif
