#include <assert.h>
#include <string.h>

#include "agent/resident.h"

static int mark(const char *directory, struct os_mark *out, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/" AGENT_DB_NAME, directory);
	if ((rc = buf_check(&path, err)) == 0)
		rc = os_file_mark(path.data, out, err);
	buf_free(&path);
	return rc;
}

/*
 * The marks tell of another file and of one written in place by whatever
 * program; the version of what a database program wrote in the same instant
 * as we last did.
 */
static bool stands(
    const struct resident *resident, const char *directory, const struct os *os)
{
	const struct agent *agent = &resident->agent;
	struct os_mark now;
	int64_t version;

	return agent->db != NULL && agent->os == os &&
	       strcmp(agent->directory, directory) == 0 &&
	       mark(directory, &now, NULL) == 0 &&
	       os_mark_is(&now, &resident->base) &&
	       db_version(agent->db, &version, NULL) == 0 &&
	       version == resident->version;
}

static int open_anew(struct resident *resident, const char *directory,
    const struct os *os, struct err *err)
{
	struct os_mark base;
	int rc;

	resident_drop(resident);
	/* The mark first: of a file that comes in between, not of ours. */
	memset(&base, 0, sizeof(base));
	(void)mark(directory, &base, NULL);
	if ((rc = agent_open(&resident->agent, directory, os, false, err)) < 0)
		return rc;
	resident->base = base;
	rc = db_version(resident->agent.db, &resident->version, err);
	if (rc < 0)
		resident_drop(resident);
	return rc;
}

int resident_open(struct resident *resident, struct agent *out,
    const char *directory, const struct os *os, struct err *err)
{
	int rc;

	/* A simulated disk has no file to look at. */
	if (os->vfs != NULL || resident->loan.out)
		return agent_open(out, directory, os, false, err);
	memset(out, 0, sizeof(*out));
	if (!stands(resident, directory, os) &&
	    (rc = open_anew(resident, directory, os, err)) < 0)
		return rc;
	/* Of a key that another program put in its place since. */
	if ((rc = agent_key_if_new(&resident->agent, err)) < 0)
		return rc;
	*out = resident->agent;
	out->loan = &resident->loan;
	resident->loan.out = true;
	return 0;
}

static void forget_roster(struct resident *resident)
{
	roster_clear(&resident->roster);
	resident->listed = false;
}

int resident_roster(struct resident *resident, const struct agent *agent,
    struct roster *out, struct err *err)
{
	int64_t version;
	int rc;

	if (agent->loan != &resident->loan)
		return roster_load(out, agent->db, err);
	memset(out, 0, sizeof(*out));
	if ((rc = db_version(agent->db, &version, err)) < 0)
		return rc;
	if (!resident->listed || resident->loan.lists ||
	    resident->roster_version != version) {
		forget_roster(resident);
		rc = roster_load(&resident->roster, agent->db, err);
		if (rc < 0) {
			forget_roster(resident);
			return rc;
		}
		resident->listed = true;
		resident->roster_version = version;
	}
	*out = resident->roster;
	out->lent = true;
	return 0;
}

void resident_rest(struct resident *resident, int rc)
{
	struct os_mark now;

	assert(!resident->loan.out);
	/* Our own writes change its marks; another file is not ours. */
	if (rc < 0 || resident->agent.db == NULL ||
	    mark(resident->agent.directory, &now, NULL) < 0 ||
	    now.disk != resident->base.disk ||
	    now.file != resident->base.file) {
		resident_drop(resident);
		return;
	}
	resident->base = now;
	if (resident->loan.lists)
		forget_roster(resident);
	resident->loan.lists = false;
}

void resident_drop(struct resident *resident)
{
	assert(!resident->loan.out);
	forget_roster(resident);
	agent_close(&resident->agent);
	memset(resident, 0, sizeof(*resident));
}
