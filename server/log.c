#include "server/log.h"
#include "shared/ledger_set.h"

int log_next_receipt(struct office *office, const char *structure,
    int64_t epoch, const struct hash *hash, struct receipt *out,
    struct err *err)
{
	struct log_point point;
	int64_t last_s, now_s = os_now_s(office->os);
	int rc;

	if ((rc = ledger_head(office->db, structure, &point, &last_s, err)) < 0)
		return rc;
	*out = (struct receipt){
	    .epoch = epoch > point.epoch ? epoch : point.epoch,
	    .n = point.n + 1,
	    .manifest = *hash,
	    .time_s = now_s > last_s ? now_s : last_s,
	};
	text_copy(out->structure, sizeof(out->structure), structure);
	log_next(&out->head, &point.head, out->time_s, hash);
	if ((rc = receipt_sign(out, &office->server, err)) < 0)
		return rc;
	return ledger_head_put(office->db, out, err);
}
