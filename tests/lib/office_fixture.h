/*
 * An office for tests: a real database in a directory of its own, keys from
 * fixed seeds, a clock that stands still and randomness that repeats. Every
 * function fails the test when it cannot do its work.
 */
#ifndef POINTEAU_TESTS_OFFICE_FIXTURE_H
#define POINTEAU_TESTS_OFFICE_FIXTURE_H

#include <stdint.h>

#include "server/import/import.h"
#include "server/office.h"
#include "shared/crypto.h"
#include "shared/json.h"

struct office_fixture {
	struct office office;
	struct os os;
	int64_t now_s;
	uint64_t random;
	char directory[64];
};

/* 2026-11-20, noon, UTC; language English; nothing in the ledger. */
void office_fixture_open(struct office_fixture *fixture);
void office_fixture_close(struct office_fixture *fixture);

/* Noon of an ISO day. */
void office_fixture_day(struct office_fixture *fixture, const char *day);

/* Import one file's text, which must succeed; what it did. */
struct import_summary office_fixture_import(
    struct office_fixture *fixture, const char *what, const char *csv);

/* Two structures (RIVES, REMPARTS), their sites (SAULNETTE, TILLEULS; NOYERS)
 * and crews (VERTS at SAULNETTE; BAT at NOYERS). */
void office_fixture_places(struct office_fixture *fixture);

/* A merged record's value, NULL when it has none. Own it. */
json_t *office_fixture_value(
    struct office_fixture *fixture, const char *structure, const char *record);

/* Record hours as the office, beside what is there already: two values that
 * differ are contested. ${site} and ${activity} may be "". */
void office_fixture_hours(struct office_fixture *fixture, const char *structure,
    const char *worker, const char *day, const char *slot, const char *kind,
    int minutes, const char *site, const char *activity);

/* Give a record this value (JSON text), instead of what it has. */
void office_fixture_set(struct office_fixture *fixture, const char *structure,
    const char *kind, const char *record, const char *value);

/* Void a record as the office, above all its values. */
void office_fixture_void(struct office_fixture *fixture, const char *structure,
    const char *record, const char *reason);

/* Everything the database tells: records of every structure, places of every
 * log. */
struct hash office_fixture_digest(struct office_fixture *fixture);

#endif
