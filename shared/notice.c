#include "shared/log.h"
#include "shared/notice.h"
#include "shared/os.h"

bool notice_due(struct notice *notice, int64_t now_ms)
{
	long long until_ms = atomic_load(&notice->until_ms);

	if (until_ms != 0 && now_ms < until_ms)
		return false;
	/* Of two at the same moment one tells. */
	return atomic_compare_exchange_strong(&notice->until_ms, &until_ms,
	    (long long)now_ms + (long long)NOTICE_EVERY_S * 1000);
}

void notice_tell(struct notice *notice, const char *text)
{
	if (notice_due(notice, os_monotonic_ms()))
		log_event(LOG_ERROR, "trouble", "text", text);
}
