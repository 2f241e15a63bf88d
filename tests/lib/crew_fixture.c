#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "tests/lib/crew_fixture.h"

#define OFFICE_DEVICE "00000000000000aa"
#define OTHER_DEVICE  "00000000000000bb"

static void keep(struct crew_fixture *crew, enum writer writer,
    struct entry_draft *draft, const char *set, struct hash *hash)
{
	struct set_header header = {0};
	const struct ledger_author author = {&header, writer, false};
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	const char *fault;
	int64_t id;

	text_copy(header.structure, sizeof(header.structure), draft->structure);
	text_copy(header.device, sizeof(header.device), draft->device);
	kit_entry(&body, draft, set, &crew->machine);
	assert_int_equal(db_begin(crew->agent.db, &err), 0);
	if (ledger_add(crew->agent.db, &author, buf_bytes(&body), &id, &fault,
		&err) < 0 ||
	    fault != NULL)
		fail_msg("%s : %s %s", draft->record, err.text,
		    fault != NULL ? fault : "");
	assert_int_equal(db_commit(crew->agent.db, &err), 0);
	if (hash != NULL)
		hash_of(hash, body.data, body.len);
	buf_free(&body);
}

void crew_office(struct crew_fixture *crew, const char *structure,
    const char *kind, const char *record, const char *set)
{
	struct entry_draft draft = {
	    .kind = kind,
	    .structure = structure,
	    .record = record,
	    .device = OFFICE_DEVICE,
	    .person = "bureau",
	    .at_s = crew->machine.now_s,
	};

	keep(crew, WRITER_OFFICE, &draft, set, NULL);
}

void crew_other(struct crew_fixture *crew, const char *person,
    const char *structure, const char *record, const char *set,
    struct hash *hash)
{
	struct entry_draft draft = {
	    .kind = "hours",
	    .structure = structure,
	    .record = record,
	    .device = OTHER_DEVICE,
	    .person = person,
	    .at_s = crew->machine.now_s,
	};

	keep(crew, WRITER_LAPTOP, &draft, set, hash);
}

static void seed(struct crew_fixture *crew)
{
	static const struct {
		const char *structure, *kind, *record, *set;
	} rows[] = {
	    {"RIVES", "site", "site/SAULNETTE",
		"{\"name\":\"Berges de la Saulnette\",\"sector\":\"v\"}"},
	    {"RIVES", "site", "site/GARE",
		"{\"name\":\"Ancienne gare\",\"sector\":\"v\"}"},
	    {"RIVES", "crew", "crew/VERTS",
		"{\"name\":\"Espaces verts\",\"site\":\"SAULNETTE\","
		"\"am\":\"08:00-11:30\",\"pm\":\"13:00-16:30\"}"},
	    {"RIVES", "crew", "crew/NUIT",
		"{\"name\":\"Nuit\",\"site\":\"GARE\"}"},
	    {"RIVES", "supervisor", "supervisor/ENC-02",
		"{\"first\":\"Omar\",\"crew\":\"VERTS\"}"},
	    {"RIVES", "supervisor", "supervisor/ENC-01",
		"{\"first\":\"Maëlle\",\"last\":\"Le Goazouët\","
		"\"crew\":\"VERTS\"}"},
	    {"RIVES", "worker", "worker/V01",
		"{\"first\":\"Fatou\",\"initial\":\"Dia\",\"crews\":"
		"[{\"crew\":\"VERTS\",\"from\":\"2026-03-02\"}]}"},
	    {"RIVES", "worker", "worker/V02",
		"{\"first\":\"Fatou\",\"initial\":\"Dio\",\"crews\":"
		"[{\"crew\":\"VERTS\",\"from\":\"2026-03-02\"}]}"},
	    {"RIVES", "worker", "worker/V03",
		"{\"first\":\"Oleksandr\",\"initial\":\"T\",\"crews\":"
		"[{\"crew\":\"VERTS\",\"from\":\"2026-03-02\","
		"\"to\":\"2026-10-31\"}]}"},
	    {"RIVES", "worker", "worker/V04",
		"{\"first\":\"Jean-Pierre\",\"initial\":\"M\",\"crews\":"
		"[{\"crew\":\"VERTS\",\"from\":\"2026-03-02\"}]}"},
	    {"RIVES", "worker", "worker/V05",
		"{\"first\":\"Léa\",\"crews\":"
		"[{\"crew\":\"NUIT\",\"from\":\"2026-03-02\"}]}"},
	    {"REMPARTS", "site", "site/NOYERS",
		"{\"name\":\"Les Noyers\",\"sector\":\"b\"}"},
	    {"REMPARTS", "crew", "crew/BAT",
		"{\"name\":\"Bâtiment\",\"site\":\"NOYERS\"}"},
	    {"REMPARTS", "supervisor", "supervisor/ENC-09",
		"{\"first\":\"Saïd\",\"crew\":\"BAT\"}"},
	    {"REMPARTS", "worker", "worker/B01",
		"{\"first\":\"Inês\",\"initial\":\"F.\",\"crews\":"
		"[{\"crew\":\"BAT\",\"from\":\"2026-03-02\"}]}"},
	    {"REMPARTS", "worker", "worker/V04",
		"{\"first\":\"Jean-Paul\",\"initial\":\"M\",\"crews\":"
		"[{\"crew\":\"BAT\",\"from\":\"2026-03-02\"}]}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		crew_office(crew, rows[i].structure, rows[i].kind,
		    rows[i].record, rows[i].set);
}

void crew_reload(struct crew_fixture *crew)
{
	struct err err = ERR_INIT;

	roster_clear(&crew->roster);
	assert_int_equal(roster_load(&crew->roster, crew->agent.db, &err), 0);
}

int crew_setup(void **state)
{
	struct crew_fixture *crew = calloc(1, sizeof(*crew));
	struct err err = ERR_INIT;

	assert_non_null(crew);
	(void)setenv("TZ", "UTC", 1);
	kit_machine_init(&crew->machine, 7);
	kit_directory(crew->directory);
	if (agent_open(&crew->agent, crew->directory, &crew->machine.os, true,
		&err) < 0)
		fail_msg("%s", err.text);
	seed(crew);
	crew_reload(crew);
	*state = crew;
	return 0;
}

int crew_teardown(void **state)
{
	struct crew_fixture *crew = *state;

	roster_clear(&crew->roster);
	agent_close(&crew->agent);
	kit_directory_remove(crew->directory);
	free(crew);
	return 0;
}
