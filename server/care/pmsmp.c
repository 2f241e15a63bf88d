#include "server/care/pmsmp.h"

int64_t pmsmp_days(const struct pmsmp_stay *stay)
{
	return stay->last - stay->first + 1;
}

bool pmsmp_overlap(const struct pmsmp_stay *a, const struct pmsmp_stay *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static int64_t months_after(int64_t day, int months)
{
	const struct date date = date_from_days(day);
	const struct date moved = date_add_months(&date, months);

	return date_days(&moved);
}

static void within(struct pmsmp_load *out, const struct pmsmp_stay *stays,
    size_t count, const struct pmsmp_stay *window)
{
	out->days = 0;
	out->conventions = 0;
	for (size_t i = 0; i < count; i++) {
		struct pmsmp_stay part = stays[i];

		if (!pmsmp_overlap(&part, window))
			continue;
		if (part.first < window->first)
			part.first = window->first;
		if (part.last > window->last)
			part.last = window->last;
		out->days += pmsmp_days(&part);
		out->conventions++;
	}
}

void pmsmp_until(struct pmsmp_load *out, const struct pmsmp_stay *stays,
    size_t count, int64_t last)
{
	const struct pmsmp_stay window = {
	    months_after(last, -PMSMP_MONTHS) + 1, last};

	within(out, stays, count, &window);
}

static void keep_worst(struct pmsmp_load *out, const struct pmsmp_load *load)
{
	if (load->days > out->days)
		out->days = load->days;
	if (load->conventions > out->conventions)
		out->conventions = load->conventions;
}

/* A window slides over intervals: it holds most where it ends with one, or
 * begins with one. */
void pmsmp_worst(
    struct pmsmp_load *out, const struct pmsmp_stay *stays, size_t count)
{
	out->days = 0;
	out->conventions = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pmsmp_stay from = {stays[i].first,
		    months_after(stays[i].first, PMSMP_MONTHS) - 1};
		struct pmsmp_load load;

		pmsmp_until(&load, stays, count, stays[i].last);
		keep_worst(out, &load);
		within(&load, stays, count, &from);
		keep_worst(out, &load);
	}
}
