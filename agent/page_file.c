#include "agent/page_parts.h"
#include "agent/web_files.h"

void page_file(
    const struct page *page, const struct request *request, struct reply *reply)
{
	web_file_answer(&agent_web, page->web_dir, request, reply);
}
