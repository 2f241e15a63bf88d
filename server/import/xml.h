/*
 * XML from outside, read as it comes: elements by their local names, no
 * document type (so no entities of its own), no depth without end. expat.h is
 * included in xml.c alone.
 */
#ifndef POINTEAU_SERVER_XML_H
#define POINTEAU_SERVER_XML_H

#include <stddef.h>

#include "shared/err.h"

#define XML_DEPTH_MAX 64

/* What is told of it. Any may be NULL; a negative result stops the reading.
 * ${attributes}: name, value, name, value, NULL; names local. */
struct xml_events {
	int (*begin)(void *context, const char *name, const char **attributes,
	    struct err *err);
	int (*end)(void *context, const char *name, struct err *err);
	int (*text)(
	    void *context, const char *text, size_t len, struct err *err);
};

struct xml; /* opaque */

/* ${events} and ${context} stay the caller's. Free with xml_free. */
int xml_new(struct xml **out, const struct xml_events *events, void *context,
    struct err *err);
void xml_free(struct xml *xml); /* accepts NULL */

/* Read on; E_INVALID for what is no XML, has a document type or is too deep,
 * else what an event gave. */
int xml_feed(struct xml *xml, const char *data, size_t len, struct err *err);
/* Nothing more comes: E_INVALID when it was cut. */
int xml_finish(struct xml *xml, struct err *err);

/* The value of an attribute, NULL when there is none. */
const char *xml_attribute(const char **attributes, const char *name);

#endif
