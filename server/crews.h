/*
 * The crews that a code or a device's scope names, each with the structure
 * that it belongs to.
 */
#ifndef POINTEAU_SERVER_CREWS_H
#define POINTEAU_SERVER_CREWS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/act.h"
#include "server/enrolment.h"
#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/text.h"

struct crews {
	struct {
		char crew[TEXT_ID_MAX + 1];
		char structure[TEXT_ID_MAX + 1];
	} items[ENROLMENT_CREWS_MAX];
	size_t count;
};

/* Fill ${out} with the crews of ${names}, separated by any of ${separators},
 * each once. E_NOT_FOUND (no such crew), E_USAGE (none named), E_LIMIT. */
int crews_find(struct office *office, const char *names, const char *separators,
    struct crews *out, struct err *err);

/* The first crew of each structure stands for the structure. */
bool crews_is_first(const struct crews *crews, size_t i);

/* Append each structure of the crews, one a line. */
int crews_structures(
    const struct crews *crews, struct buf *out, struct err *err);

/* The value of a scope in ${structure}, to own; NULL without memory. */
json_t *crews_scope(const struct crews *crews, const char *structure);

/* Give ${crew}, when it has no supervisor, one with the ${name} of the laptop
 * ${device}. */
int crews_supervise(struct act *act, const char *structure, const char *crew,
    const char *device, const char *name, struct err *err);

#endif
