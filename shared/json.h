/*
 * JSON, by jansson: this header is its one home. What comes from outside is
 * read by json_read alone: strict UTF-8, integers only, no duplicate key, no
 * NUL, at most JSON_READ_DEPTH_MAX levels.
 */
#ifndef POINTEAU_SHARED_JSON_H
#define POINTEAU_SHARED_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define JSON_READ_DEPTH_MAX 8

/* Parse an object or array; own ${*out} (json_decref). E_INVALID says where
 * it is wrong. */
int json_read(json_t **out, const void *data, size_t len, struct err *err);

/* The same for what this program wrote itself: any depth, reals too. */
int json_read_own(json_t **out, const void *data, size_t len, struct err *err);

/* A copy to own, down to the last member, or NULL when out of memory
 * (jansson's own copies may then lack members). */
json_t *json_clone(const json_t *json);

/* Append ${json} on one line, in the order its keys were set. */
void json_write(struct buf *out, const json_t *json);

/* Append it with its keys sorted: equal values give equal bytes. */
void json_write_sorted(struct buf *out, const json_t *json);

/* Append ${json} and a line feed, and consume it; NULL stands for a failed
 * allocation, so that json_print(out, json_pack(…), err) is complete. */
int json_print(struct buf *out, json_t *json, struct err *err);

/* Members, with a default when absent or of another type. Borrowed. */
const char *json_text(const json_t *object, const char *key);
int64_t json_int(const json_t *object, const char *key, int64_t fallback);

/* Nothing, null or an empty text: what values count as absent. */
bool json_is_blank(const json_t *json);

/* Set members; a failed allocation leaves the key out and the result is false.
 */
bool json_put_text(json_t *object, const char *key, const char *text);
bool json_put_int(json_t *object, const char *key, int64_t value);
bool json_put(json_t *object, const char *key, json_t *stolen);

#endif
