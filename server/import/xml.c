#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/xml.h"
#include "shared/lang.h"

struct xml {
	XML_Parser parser;
	const struct xml_events *events;
	void *context;
	struct err *err; /* of the call under way */
	int rc;          /* what stopped it */
	int depth;
};

/* Names come as "prefix:name". */
static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon != NULL ? colon + 1 : name;
}

static void stop(struct xml *xml, int rc)
{
	if (xml->rc == 0)
		xml->rc = rc;
	(void)XML_StopParser(xml->parser, XML_FALSE);
}

static int refuse(struct xml *xml)
{
	return err_set(xml->err, E_INVALID,
	    L("le classeur n'est pas fait comme un classeur : enregistrez-le "
	      "de nouveau, au format .xlsx ou « CSV UTF-8 »",
		"the workbook is not made like one: save it again, as .xlsx "
		"or \"CSV UTF-8\""));
}

static void XMLCALL begin(
    void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *xml = context;
	int rc = 0;

	if (xml->rc < 0)
		return;
	if (++xml->depth > XML_DEPTH_MAX)
		rc = refuse(xml);
	else if (xml->events->begin != NULL)
		rc = xml->events->begin(
		    xml->context, local(name), attributes, xml->err);
	if (rc < 0)
		stop(xml, rc);
}

static void XMLCALL end(void *context, const XML_Char *name)
{
	struct xml *xml = context;
	int rc = 0;

	if (xml->rc < 0)
		return;
	xml->depth--;
	if (xml->events->end != NULL)
		rc = xml->events->end(xml->context, local(name), xml->err);
	if (rc < 0)
		stop(xml, rc);
}

static void XMLCALL text(void *context, const XML_Char *data, int len)
{
	struct xml *xml = context;
	int rc = 0;

	if (xml->rc < 0)
		return;
	if (xml->events->text != NULL)
		rc = xml->events->text(
		    xml->context, data, (size_t)len, xml->err);
	if (rc < 0)
		stop(xml, rc);
}

/* A document type may define entities that grow without end: no workbook has
 * one. */
static void XMLCALL doctype(void *context, const XML_Char *name,
    const XML_Char *system, const XML_Char *public, int internal)
{
	struct xml *xml = context;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(xml, refuse(xml));
}

int xml_new(struct xml **out, const struct xml_events *events, void *context,
    struct err *err)
{
	struct xml *xml = calloc(1, sizeof(*xml));

	*out = NULL;
	if (xml == NULL)
		return err_nomem(err);
	xml->events = events;
	xml->context = context;
	if ((xml->parser = XML_ParserCreate(NULL)) == NULL) {
		free(xml);
		return err_nomem(err);
	}
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, begin, end);
	XML_SetCharacterDataHandler(xml->parser, text);
	XML_SetStartDoctypeDeclHandler(xml->parser, doctype);
	*out = xml;
	return 0;
}

void xml_free(struct xml *xml)
{
	if (xml == NULL)
		return;
	XML_ParserFree(xml->parser);
	free(xml);
}

static int read(
    struct xml *xml, const char *data, size_t len, int is_last, struct err *err)
{
	enum XML_Status status;

	xml->err = err;
	status = XML_Parse(xml->parser, data, (int)len, is_last);
	if (xml->rc < 0)
		return xml->rc;
	if (status == XML_STATUS_OK)
		return 0;
	if (XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY)
		return err_nomem(err);
	return refuse(xml);
}

int xml_feed(struct xml *xml, const char *data, size_t len, struct err *err)
{
	return read(xml, data, len, 0, err);
}

int xml_finish(struct xml *xml, struct err *err)
{
	return read(xml, "", 0, 1, err);
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2) {
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	}
	return NULL;
}
