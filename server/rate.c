#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/rate.h"
#include "shared/text.h"

#define HOUR_MS   3600000
#define NAME_TEXT 80 /* a device and an address */

/*
 * A first sync after months asks some hundred requests; a laptop that refills
 * a restored server pushes what all of them wrote, some hundred MiB at most;
 * an office's laptops may all enrol on one morning behind one address.
 */
const struct rate_limit rate_limits[RATE_KINDS] = {
    [RATE_REQUESTS] = {1200, 72000},
    [RATE_BYTES] = {(int64_t)256 * 1024, (int64_t)4 * 1024},
    [RATE_LOGINS] = {60, 60},
    [RATE_STRANGER] = {600, 18000},
};

struct bucket {
	char name[NAME_TEXT]; /* "" for none */
	enum rate_kind kind;
	int64_t milli; /* thousandths of tokens */
	int64_t at_ms;
	uint16_t next; /* of the same place; as first */
};

/* A number of a bucket is one more than its index; 0 is none. */
struct rate {
	pthread_mutex_t lock;
	uint16_t first[RATE_NAMES_MAX]; /* by place_of */
	size_t count;
	struct bucket buckets[RATE_NAMES_MAX];
};
_Static_assert(RATE_NAMES_MAX < UINT16_MAX, "numbers of buckets");

int rate_new(struct rate **out, struct err *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL || pthread_mutex_init(&(*out)->lock, NULL) != 0) {
		free(*out);
		*out = NULL;
		return err_nomem(err);
	}
	return 0;
}

void rate_free(struct rate *rate)
{
	if (rate == NULL)
		return;
	(void)pthread_mutex_destroy(&rate->lock);
	free(rate);
}

/* FNV-1a. Whoever chooses names that fall together makes us compare all of
 * them, as if there were no places. */
static size_t place_of(enum rate_kind kind, const char *name)
{
	uint32_t hash = 2166136261U ^ (uint32_t)kind;

	for (; *name != '\0'; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619U;
	return hash % RATE_NAMES_MAX;
}

/* The one unheard for longest, taken out of its place. */
static uint16_t take_oldest(struct rate *rate)
{
	struct bucket *oldest = &rate->buckets[0];
	uint16_t number, *link;

	for (size_t i = 1; i < RATE_NAMES_MAX; i++) {
		if (rate->buckets[i].at_ms < oldest->at_ms)
			oldest = &rate->buckets[i];
	}
	number = (uint16_t)(oldest - rate->buckets + 1);
	link = &rate->first[place_of(oldest->kind, oldest->name)];
	while (*link != number)
		link = &rate->buckets[*link - 1].next;
	*link = oldest->next;
	return number;
}

/* The bucket of ${name}: a new one is full. */
static struct bucket *find(
    struct rate *rate, enum rate_kind kind, const char *name, int64_t now_ms)
{
	struct bucket *bucket;
	uint16_t *first, number;
	char kept[NAME_TEXT];

	text_copy(kept, sizeof(kept), name);
	first = &rate->first[place_of(kind, kept)];
	for (number = *first; number != 0; number = bucket->next) {
		bucket = &rate->buckets[number - 1];
		if (bucket->kind == kind && strcmp(bucket->name, kept) == 0)
			return bucket;
	}
	number = rate->count < RATE_NAMES_MAX ? (uint16_t)++rate->count
	                                      : take_oldest(rate);
	bucket = &rate->buckets[number - 1];
	*bucket = (struct bucket){.kind = kind,
	    .milli = rate_limits[kind].burst * 1000,
	    .at_ms = now_ms,
	    .next = *first};
	text_copy(bucket->name, sizeof(bucket->name), kept);
	*first = number;
	return bucket;
}

static void fill(struct bucket *bucket, int64_t now_ms)
{
	const struct rate_limit *limit = &rate_limits[bucket->kind];
	int64_t passed_ms = now_ms - bucket->at_ms, gained;

	/* Longer than it takes to fill: full, without overflow. */
	if (passed_ms / HOUR_MS > limit->burst / limit->per_hour) {
		bucket->milli = limit->burst * 1000;
		bucket->at_ms = now_ms;
		return;
	}
	/* Only the time that gave something is used up. */
	gained = passed_ms * limit->per_hour / (HOUR_MS / 1000);
	bucket->milli += gained;
	bucket->at_ms += gained * (HOUR_MS / 1000) / limit->per_hour;
	if (bucket->milli > limit->burst * 1000)
		bucket->milli = limit->burst * 1000;
}

int64_t rate_take(struct rate *rate, enum rate_kind kind, const char *name,
    int64_t amount, int64_t now_ms)
{
	const struct rate_limit *limit = &rate_limits[kind];
	struct bucket *bucket;
	int64_t lacking, wait_s = 0;

	assert(amount >= 0 && name[0] != '\0' && now_ms >= 0);
	if (amount > limit->burst)
		amount = limit->burst;
	(void)pthread_mutex_lock(&rate->lock);
	bucket = find(rate, kind, name, now_ms);
	fill(bucket, now_ms);
	lacking = amount * 1000 - bucket->milli;
	if (lacking <= 0)
		bucket->milli -= amount * 1000;
	else
		wait_s =
		    lacking * (HOUR_MS / 1000) / 1000 / limit->per_hour + 1;
	(void)pthread_mutex_unlock(&rate->lock);
	return wait_s;
}
