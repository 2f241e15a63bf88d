/*
 * The network between a laptop and the office: it loses, repeats, delays,
 * cuts, and sometimes somebody else answers.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "tests/sim/sim.h"

enum way {
	WAY_FINE,
	WAY_REQUEST_LOST,
	WAY_REPLY_LOST,
	WAY_TWICE,
	WAY_REQUEST_CUT,
	WAY_REPLY_CUT,
	WAY_PORTAL,
	WAY_BUSY,
	WAY_LATER, /* nobody hears of it until much later */
};

static enum way draw(struct sim *sim)
{
	static const struct {
		enum way way;
		unsigned percent;
	} ways[] = {{WAY_REQUEST_LOST, 3}, {WAY_REPLY_LOST, 5}, {WAY_TWICE, 4},
	    {WAY_REQUEST_CUT, 2}, {WAY_REPLY_CUT, 4}, {WAY_PORTAL, 2},
	    {WAY_BUSY, 1}, {WAY_LATER, 2}};
	size_t at = sim_pick(sim, 100);

	for (size_t i = 0;
	     sim->faulty && !sim->lie && i < sizeof(ways) / sizeof(ways[0]);
	     i++) {
		if (at < ways[i].percent)
			return ways[i].way;
		at -= ways[i].percent;
	}
	return WAY_FINE;
}

/* ---- requests from long ago ---- */

static void stash(
    struct sim *sim, size_t device, const struct exchange *request)
{
	struct sim_stashed *item;

	if (sim->stash_count == SIM_STASH_MAX)
		return;
	item = &sim->stash[sim->stash_count++];
	memset(item, 0, sizeof(*item));
	item->device = device;
	text_copy(item->method, sizeof(item->method), request->method);
	text_copy(item->path, sizeof(item->path), request->path);
	text_copy(item->bearer, sizeof(item->bearer), request->bearer);
	buf_add(&item->body, request->body.data, request->body.len);
}

void sim_net_stale(struct sim *sim)
{
	struct exchange_reply reply = {0};
	struct sim_stashed item;
	size_t at;

	if (sim->stash_count == 0)
		return;
	at = sim_pick(sim, sim->stash_count);
	item = sim->stash[at];
	sim->stash[at] = sim->stash[--sim->stash_count];
	const struct exchange request = {
	    .method = item.method,
	    .path = item.path,
	    .bearer = item.bearer,
	    .content_type = "",
	    .body = buf_bytes(&item.body),
	};

	(void)sim_office_answer(sim, item.device, &request, &reply);
	sim_log(sim, "a late request arrives: %s %d", item.path, reply.status);
	exchange_reply_clear(&reply);
	buf_free(&item.body);
}

void sim_net_clear(struct sim *sim)
{
	while (sim->stash_count > 0)
		buf_free(&sim->stash[--sim->stash_count].body);
}

/* ---- what the laptop gets instead ---- */

static int offline(struct err *err)
{
	return err_set(err, E_OFFLINE, "offline");
}

static void cut_reply(struct sim *sim, struct exchange_reply *reply)
{
	if (reply->body.len > 0)
		reply->body.len = sim_pick(sim, reply->body.len);
	if (reply->body.data != NULL)
		reply->body.data[reply->body.len] = '\0';
}

static void portal(struct sim *sim, struct exchange_reply *reply)
{
	static const struct {
		int status;
		const char *text;
	} pages[] = {{200, "<html><body>Bienvenue a l'hotel !</body></html>"},
	    {302, ""}, {200, ""}, {200, "{}"}, {200, "[]"}, {404, "not here"},
	    {502, "<h1>Bad gateway</h1>"}, {401, "<h1>Who are you?</h1>"},
	    {403, "<h1>Forbidden</h1>"}, {409, "{\"state\":\"gap\"}"},
	    {511, "{\"error\":\"login\"}"}, {200, "x\x9c\x03\x00\x00\x00"}};
	size_t at = sim_pick(sim, sizeof(pages) / sizeof(pages[0]));

	exchange_reply_clear(reply);
	reply->status = pages[at].status;
	buf_add_text(&reply->body, pages[at].text);
}

static int answer(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply,
    struct err *err)
{
	if (!sim_office_answer(sim, laptop->device, request, reply))
		return offline(err);
	sim_liar_change(sim, laptop, request, reply);
	return 0;
}

static int answer_cut(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply,
    struct err *err)
{
	struct exchange shorter = *request;

	if (shorter.body.len > 0)
		shorter.body.len = sim_pick(sim, shorter.body.len);
	return answer(sim, laptop, &shorter, reply, err);
}

int sim_exchange(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply,
    struct err *err)
{
	enum way way = draw(sim);
	int rc;

	if (sim->faulty && sim->step < laptop->away_until)
		return offline(err);
	sim->figures.faults += way != WAY_FINE;
	if (way != WAY_FINE)
		sim_log(sim, "network: way %d", (int)way);
	/* A refusal that is not the server's: the laptop may only alarm. */
	if (way == WAY_PORTAL && strcmp(request->path, "/v1/witness") == 0)
		sim->garbled = true;
	/* One of its pages says that all was lost: all goes again. */
	if (way == WAY_PORTAL && strcmp(request->path, "/v1/push") == 0)
		sim_pieces_forget(sim, laptop);
	switch (way) {
	case WAY_FINE:
		return answer(sim, laptop, request, reply, err);
	case WAY_LATER:
		stash(sim, laptop->device, request);
		return offline(err);
	case WAY_REQUEST_LOST:
		return offline(err);
	case WAY_REPLY_LOST:
		(void)answer(sim, laptop, request, reply, err);
		return offline(err);
	case WAY_TWICE:
		(void)answer(sim, laptop, request, reply, err);
		return answer(sim, laptop, request, reply, err);
	case WAY_REQUEST_CUT:
		return answer_cut(sim, laptop, request, reply, err);
	case WAY_REPLY_CUT:
		if ((rc = answer(sim, laptop, request, reply, err)) == 0)
			cut_reply(sim, reply);
		return rc;
	case WAY_PORTAL:
		portal(sim, reply);
		return 0;
	case WAY_BUSY:
		exchange_reply_clear(reply);
		reply->status = sim_percent(sim, 50) ? 503 : 429;
		reply->retry_after_seconds = 30;
		buf_add_text(&reply->body,
		    "{\"error\":\"busy\",\"message\":\"too much\"}");
		return 0;
	}
	return 0;
}
