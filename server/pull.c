#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/pull.h"
#include "server/digests.h"
#include "server/scope.h"
#include "shared/date.h"
#include "shared/ledger_set.h"
#include "shared/wire.h"

/* The rows of one page of the log, before their sets are loaded. */
struct page {
	struct set_row *rows; /* owned; their texts are in devices */
	char (*devices)[DEVICE_TEXT];
	size_t count;
	size_t room;
	bool more;
};

#define PAGE_MAX   1024
#define PAGE_FIRST 16 /* mostly few places are new */

static int grow(struct page *page, struct err *err)
{
	size_t room = page->room == 0 ? PAGE_FIRST : 4 * page->room;
	char(*devices)[DEVICE_TEXT];
	struct set_row *rows;

	rows = realloc(page->rows, room * sizeof(*rows));
	if (rows == NULL)
		return err_nomem(err);
	page->rows = rows;
	devices = realloc(page->devices, room * sizeof(*devices));
	if (devices == NULL)
		return err_nomem(err);
	page->devices = devices;
	page->room = room;
	return 0;
}

static int note_row(void *context, const struct set_row *row, struct err *err)
{
	struct page *page = context;
	int rc;

	if (page->count == PAGE_MAX) {
		page->more = true;
		return 1;
	}
	if (page->count == page->room && (rc = grow(page, err)) < 0)
		return rc;
	memcpy(page->devices[page->count], row->device, DEVICE_TEXT);
	page->rows[page->count++] = *row;
	return 0;
}

/* Which entries of a set may be seen. */
struct sight {
	const struct scope *scope;
	bool visible[CHANGESET_ENTRIES_MAX];
	size_t count;
	size_t seen;
};

static int look(void *context, const struct set_part *part, struct err *err)
{
	struct sight *sight = context;
	bool visible =
	    scope_sees(sight->scope, part->family, part->subject, part->day);

	(void)err;
	if (sight->count < CHANGESET_ENTRIES_MAX)
		sight->visible[sight->count++] = visible;
	sight->seen += visible;
	return 0;
}

/* Load the set of ${row} into ${item}, bodies out of sight withheld. */
static int give_set(struct office *office, const char *structure,
    const struct set_row *row, const struct sight *sight,
    struct pull_item *item, struct buf *storage, struct err *err)
{
	int rc = ledger_set_load(
	    office->db, structure, row->id, &item->set, storage, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < item->set.count; i++) {
		if (!sight->visible[i])
			item->set.entries[i].body = (struct bytes){NULL, 0};
	}
	item->type = PULL_SET;
	return 0;
}

static int give_item(struct office *office, const char *structure,
    const char *device, bool own, const struct set_row *row, const char *author,
    struct sight *sight, struct pull_item *item, struct buf *storage,
    struct err *err)
{
	int rc;

	sight->count = sight->seen = 0;
	item->time_s = row->time_s;
	item->manifest = row->hash;
	if ((rc = ledger_set_parts(
		 office->db, structure, row->id, look, sight, err)) < 0)
		return rc;
	if (sight->seen == 0) {
		item->type = PULL_OUTSIDE;
	} else if (sight->seen == sight->count && strcmp(author, device) == 0 &&
		   !own) {
		item->type = PULL_KNOWN;
	} else {
		rc =
		    give_set(office, structure, row, sight, item, storage, err);
	}
	return rc;
}

/* Each item keeps its bodies in a storage of its own, because a growing one
 * would move what earlier items point to. */
static int fill(struct office *office, const char *device, struct pull_how how,
    const struct page *page, struct sight *sight, struct pull *pull,
    struct buf *storages, struct err *err)
{
	size_t target = how.packed ? WIRE_PACKED_TARGET : WIRE_PULL_TARGET;
	size_t bytes = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < page->count; i++) {
		if (i > 0 && bytes > target) {
			pull->more = true;
			break;
		}
		pull->count = i + 1;
		rc = give_item(office, pull->structure, device, how.own,
		    &page->rows[i], page->devices[i], sight, &pull->items[i],
		    &storages[i], err);
		bytes += storages[i].len + HASH_LEN;
		pull->epoch = page->rows[i].epoch;
		memcpy(pull->sig, page->rows[i].receipt, SIG_LEN);
		/* A page stays within one epoch: its last receipt speaks for
		 * all of it. */
		if (i + 1 < page->count &&
		    page->rows[i + 1].epoch != pull->epoch) {
			pull->more = true;
			break;
		}
	}
	return rc;
}

static int note_base(void *context, const struct set_row *row, struct err *err)
{
	struct pull *pull = context;

	(void)err;
	pull->based = row->place == pull->first - 1;
	pull->base = row->head;
	return 1;
}

/* The heads that authors saw are mostly of this page: told by number, from
 * the head of the place before it. */
static int encode_packed(
    struct office *office, struct pull *pull, struct buf *out, struct err *err)
{
	int rc = 0;

	if (pull->first > 1 && pull->count > 0)
		rc = ledger_log(office->db, pull->structure, pull->first - 2,
		    note_base, pull, err);
	return rc < 0 ? rc : wire_packed_pull_encode(out, pull, err);
}

int pull_log(struct office *office, const char *structure, const char *device,
    int64_t after, struct pull_how how, struct buf *out, struct err *err)
{
	struct pull pull = {.first = after + 1, .epoch = 1};
	struct page page = {.count = 0};
	struct scope *scope = NULL;
	struct sight *sight = calloc(1, sizeof(*sight));
	struct buf *storages = NULL;
	int rc;

	if (sight == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	text_copy(pull.structure, sizeof(pull.structure), structure);
	if ((rc = digests_take(office, structure, device, &scope, err)) < 0 ||
	    (rc = ledger_log(
		 office->db, structure, after, note_row, &page, err)) < 0)
		goto out;
	storages = calloc(page.count + 1, sizeof(*storages));
	pull.items = calloc(page.count + 1, sizeof(*pull.items));
	if (storages == NULL || pull.items == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	sight->scope = scope;
	pull.more = page.more;
	if ((rc = fill(
		 office, device, how, &page, sight, &pull, storages, err)) == 0)
		rc = how.packed ? encode_packed(office, &pull, out, err)
		                : wire_pull_encode(out, &pull, err);
out:
	for (size_t i = 0; storages != NULL && i < page.count; i++)
		buf_free(&storages[i]);
	free(storages);
	wire_pull_clear(&pull);
	scope_free(scope);
	free(sight);
	free(page.rows);
	free(page.devices);
	return rc;
}

struct lines {
	struct buf *out;
	int count;
};

static int add_line(void *context, const struct set_row *row, struct err *err)
{
	struct lines *lines = context;
	char at[STAMP_TEXT], manifest[HASH_TEXT], head[HASH_TEXT];

	if (lines->count++ == PULL_LINES_MAX)
		return 1;
	stamp_format(row->time_s, at);
	hash_hex(&row->hash, manifest);
	hash_hex(&row->head, head);
	buf_printf(lines->out, "%" PRId64 " %" PRId64 " %s %s %s\n", row->place,
	    row->epoch, at, manifest, head);
	return buf_check(lines->out, err);
}

int pull_lines(struct office *office, const char *structure, int64_t after,
    struct buf *out, struct err *err)
{
	struct lines lines = {out, 0};

	return ledger_log(office->db, structure, after, add_line, &lines, err);
}
