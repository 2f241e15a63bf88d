/* The supervisor's page, built in. */
#ifndef POINTEAU_AGENT_WEB_FILES_H
#define POINTEAU_AGENT_WEB_FILES_H

#include "shared/http/web_file.h"

extern const struct web_files agent_web;

#endif
