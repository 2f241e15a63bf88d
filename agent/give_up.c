#include <stdatomic.h>

#include "agent/give_up.h"
#include "shared/os.h"

/* curl asks about once a second, also while nothing moves; not 0 ends it. */
static int is_over(void *context, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	const _Atomic int64_t *when_ms = context;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return when_ms != NULL && os_monotonic_ms() >= atomic_load(when_ms);
}

CURLcode give_up_at(CURL *curl, const _Atomic int64_t *when_ms)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_over);

	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_XFERINFODATA, when_ms);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	return rc;
}
