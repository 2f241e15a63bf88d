/*
 * I16: a piece that is complete does not travel again. A piece is a set whose
 * receipt its laptop has taken in, whatever cut the sync after that.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/wire.h"
#include "tests/lib/packed_reply.h"
#include "tests/sim/sim.h"

static struct sim_piece *piece_find(struct sim *sim, const struct hash *hash)
{
	for (size_t i = 0; i < sim->piece_count; i++) {
		if (hash_equal(&sim->pieces[i].hash, hash))
			return &sim->pieces[i];
	}
	return NULL;
}

/* A restored server asks for all again, a restored laptop forgot. */
static bool is_plain(const struct sim *sim, const struct sim_laptop *laptop)
{
	return sim->rollbacks == 0 && !sim->lie && !laptop->hostile &&
	       !laptop->clone && !laptop->restored;
}

static struct push *push_of(const struct sim *sim,
    const struct sim_laptop *laptop, const struct exchange *request)
{
	struct push *push;

	if (!is_plain(sim, laptop) || strcmp(request->path, "/v1/push") != 0)
		return NULL;
	push = calloc(1, sizeof(*push));
	assert(push != NULL);
	if (wire_push_decode(
		push, request->body.data, request->body.len, NULL) == 0)
		return push;
	free(push);
	return NULL;
}

void sim_pieces_sent(struct sim *sim, const struct sim_laptop *laptop,
    const struct exchange *request)
{
	struct push *push = push_of(sim, laptop, request);

	if (push == NULL)
		return;
	for (size_t i = 0; i < push->count; i++) {
		struct sim_piece *piece;
		struct hash hash;

		if (changeset_hash(&hash, &push->sets[i], NULL) == 0 &&
		    (piece = piece_find(sim, &hash)) != NULL &&
		    (piece->laptops & 1ull << sim_laptop_bit(sim, laptop)) != 0)
			sim_fail(sim, "I16",
			    "laptop %u sends again no. %d of %s in %s, which "
			    "has its receipt since step %d",
			    sim_laptop_bit(sim, laptop),
			    (int)push->sets[i].header.seq,
			    push->sets[i].header.session,
			    push->sets[i].header.structure, piece->step);
	}
	wire_push_clear(push);
	free(push);
}

static void add(struct sim *sim, const struct hash *hash, uint64_t bit)
{
	struct sim_piece *piece = piece_find(sim, hash);

	if (piece == NULL) {
		sim->pieces = realloc(
		    sim->pieces, (sim->piece_count + 1) * sizeof(*sim->pieces));
		assert(sim->pieces != NULL);
		piece = &sim->pieces[sim->piece_count++];
		*piece = (struct sim_piece){.hash = *hash, .step = sim->step};
	}
	piece->laptops |= bit;
}

void sim_pieces_taken(struct sim *sim, const struct sim_laptop *laptop,
    const struct exchange *request, const struct exchange_reply *reply)
{
	struct push *push = push_of(sim, laptop, request);
	json_t *json;
	const json_t *sets;

	if (push == NULL)
		return;
	json = sim->office_open ? packed_reply_json(sim->office.db, push,
				      buf_bytes(&reply->body))
	                        : NULL;
	sets = json_object_get(json, "sets");
	for (size_t i = 0; i < push->count; i++) {
		const json_t *one = json_array_get(sets, i);
		struct hash hash;

		if (json_int(one, "n", 0) > 0 &&
		    changeset_hash(&hash, &push->sets[i], NULL) == 0)
			add(sim, &hash, 1ull << sim_laptop_bit(sim, laptop));
	}
	json_decref(json);
	wire_push_clear(push);
	free(push);
}

void sim_pieces_forget(struct sim *sim, const struct sim_laptop *laptop)
{
	for (size_t i = 0; i < sim->piece_count; i++)
		sim->pieces[i].laptops &=
		    ~(1ull << sim_laptop_bit(sim, laptop));
}
