#include "server/cmd.h"
#include "server/page/page_describe.h"

int cmd_api_describe(struct call *call, struct err *err)
{
	return door_describe(call->out, err);
}
