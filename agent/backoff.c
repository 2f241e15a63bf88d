#include <assert.h>

#include "agent/backoff.h"

static int64_t usual(int64_t failures)
{
	int64_t seconds = BACKOFF_BASE_S;

	for (; failures > 1 && seconds < BACKOFF_MAX_S; failures--)
		seconds *= 2;
	return seconds < BACKOFF_MAX_S ? seconds : BACKOFF_MAX_S;
}

int64_t backoff_seconds(
    int64_t failures, int64_t retry_after_s, uint32_t random)
{
	int64_t seconds, least, width;

	assert(failures >= 0 && retry_after_s >= 0);
	if (failures == 0)
		return 0;
	seconds = usual(failures);
	least = seconds / 2;
	width = seconds;
	if (retry_after_s > least)
		least = retry_after_s;
	/* Those told the same wait spread over as long again. */
	if (retry_after_s > width)
		width = retry_after_s;
	if (width > BACKOFF_MAX_S)
		width = BACKOFF_MAX_S;
	return least + (int64_t)(random % (uint32_t)(width + 1));
}

int64_t backoff_offline_seconds(int64_t tries, bool connected, uint32_t random)
{
	int64_t wait_s;

	if (!connected)
		return backoff_seconds(tries, 0, random);
	if (tries > BACKOFF_EAGER)
		/* The third failure's wait is BACKOFF_OFFLINE_S. */
		return backoff_seconds(tries - BACKOFF_EAGER + 3, 0, random);
	wait_s = backoff_seconds(tries, 0, random);
	if (wait_s > BACKOFF_OFFLINE_S)
		wait_s = BACKOFF_OFFLINE_S / 2 +
		         (int64_t)(random % (BACKOFF_OFFLINE_S / 2 + 1));
	return wait_s;
}
