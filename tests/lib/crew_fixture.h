/*
 * A laptop that has received two structures' lists, for tests of what a
 * supervisor does on it:
 *
 *	RIVES     crew VERTS at SAULNETTE, 08:00-11:30 and 13:00-16:30, with
 *	          ENC-01 and ENC-02: V01 Fatou Dia., V02 Fatou Dio., V04
 *	          Jean-Pierre M.; V03 Oleksandr T., until 2026-10-31 only;
 *	          crew NUIT at GARE, without supervisor or usual times: V05
 *	REMPARTS  crew BAT at NOYERS, with ENC-09: B01 Inês F., V04 too
 *
 * It is Friday 2026-11-20 there.
 */
#ifndef POINTEAU_TESTS_LIB_CREW_FIXTURE_H
#define POINTEAU_TESTS_LIB_CREW_FIXTURE_H

#include "agent/agent.h"
#include "agent/roster.h"
#include "agent/save.h"
#include "shared/entry.h"
#include "tests/lib/kit.h"

struct crew_fixture {
	struct kit_machine machine;
	char directory[KIT_PATH];
	struct agent agent;
	struct roster roster; /* crew_reload after the office writes */
};

int crew_setup(void **state);
int crew_teardown(void **state);

/* The office writes a record. */
void crew_office(struct crew_fixture *crew, const char *structure,
    const char *kind, const char *record, const char *set);
/* Another laptop does; ${hash} (may be NULL) receives the entry's name. */
void crew_other(struct crew_fixture *crew, const char *person,
    const char *structure, const char *record, const char *set,
    struct hash *hash);
void crew_reload(struct crew_fixture *crew);

#endif
