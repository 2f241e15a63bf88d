#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/account/account.h"
#include "server/act.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "tests/lib/office_fixture.h"

#define PASSWORD "quatre mots sans rapport"

static int open_all(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	office_fixture_open(fixture);
	office_fixture_places(fixture);
	*state = fixture;
	return 0;
}

static int close_all(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

static void fine(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- sealing ---- */

static struct account_row ready_row(struct account_secret *secret)
{
	struct account_row row = {.found = true, .enabled = true};
	struct err err = ERR_INIT;

	strcpy(row.login, "anne");
	strcpy(row.name, "Anne Roux");
	strcpy(row.role, "rh");
	strcpy(row.structures, "*");
	memset(secret->seed, 7, sizeof(secret->seed));
	memset(secret->totp, 9, sizeof(secret->totp));
	fine(account_seal(&row, secret, PASSWORD, &err), &err);
	return row;
}

static bool opens(const struct account_row *row, const char *password,
    struct account_secret *out)
{
	bool right = true;

	assert_int_equal(account_open(row, password, out, &right, NULL), 0);
	return right;
}

static void the_password_alone_opens_what_it_seals(void **state)
{
	struct account_secret secret, opened;
	struct account_row row, again;

	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	row = ready_row(&secret);
	again = ready_row(&secret);
	assert_int_equal(strlen(row.device), DEVICE_TEXT - 1);
	/* Another salt and another nonce each time. */
	assert_memory_not_equal(row.salt, again.salt, sizeof(row.salt));
	assert_memory_not_equal(row.sealed, again.sealed, sizeof(row.sealed));
	assert_true(opens(&row, PASSWORD, &opened));
	assert_memory_equal(&opened, &secret, sizeof(secret));
	assert_false(opens(&row, PASSWORD " ", &opened));
	assert_false(opens(&row, "", &opened));
	assert_int_equal(opened.seed[0], 0);
}

/* One seal cannot stand in for another's: bytes, login and key belong
 * together. */
static void a_changed_row_opens_nothing(void **state)
{
	struct account_secret secret, opened;
	struct account_row row, changed;

	(void)state;
	row = ready_row(&secret);
	for (size_t at = 0; at < sizeof(row.sealed); at += 23) {
		changed = row;
		changed.sealed[at] ^= 1;
		assert_false(opens(&changed, PASSWORD, &opened));
	}
	changed = row;
	changed.salt[0] ^= 1;
	assert_false(opens(&changed, PASSWORD, &opened));
	changed = row;
	strcpy(changed.login, "bruno");
	assert_false(opens(&changed, PASSWORD, &opened));
	changed = row;
	changed.device[0] = changed.device[0] == 'a' ? 'b' : 'a';
	assert_false(opens(&changed, PASSWORD, &opened));
	changed = row;
	changed.enabled = false;
	assert_false(opens(&changed, PASSWORD, &opened));
	changed = (struct account_row){.found = false};
	assert_false(opens(&changed, PASSWORD, &opened));
}

static void passwords_that_protect_nothing_are_refused(void **state)
{
	static const char *const bad[] = {"", "court", "onze lettre",
	    "aaaaaaaaaaaaaaaa", "Anne-Marie Roux", "anne-marie roux",
	    "anne-de-la-paie",
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	struct account_row row = {.found = true};
	char endless[ACCOUNT_PASSWORD_MAX + 2];

	(void)state;
	strcpy(row.login, "anne-de-la-paie");
	strcpy(row.name, "Anne-Marie Roux");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    account_check_password(&row, bad[i], NULL), E_INVALID);
	memset(endless, 'a', sizeof(endless));
	memcpy(endless, "bcdefgh", 7);
	endless[sizeof(endless) - 1] = '\0';
	assert_int_equal(
	    account_check_password(&row, endless, NULL), E_INVALID);
	endless[ACCOUNT_PASSWORD_MAX] = '\0';
	assert_int_equal(account_check_password(&row, endless, NULL), 0);
	assert_int_equal(account_check_password(&row, PASSWORD, NULL), 0);
	assert_int_equal(account_check_password(&row, "éèàùçôîêâûïü", NULL), 0);
}

/* ---- links ---- */

static struct account_invitation invited(
    struct office *office, const char *link)
{
	struct account_invitation invitation;
	struct err err = ERR_INIT;

	fine(account_invitation(office, link, &invitation, &err), &err);
	return invitation;
}

/* Use the link as the page does; the code of account_claim. */
static int use(struct office *office, const char *link,
    const struct account_invitation *invitation)
{
	struct account_row row = invitation->row;
	struct account_secret secret;

	os_random(office->os, secret.seed, sizeof(secret.seed));
	memcpy(secret.totp, invitation->totp, sizeof(secret.totp));
	if (!row.found) {
		strcpy(row.login, "first");
		strcpy(row.name, "First");
		strcpy(row.role, "direction");
		strcpy(row.structures, "*");
		row.enabled = true;
	}
	assert_int_equal(account_seal(&row, &secret, PASSWORD, NULL), 0);
	return account_claim(office, link, &row, NULL);
}

static void a_link_is_good_once_and_for_a_while(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	char link[ACCOUNT_LINK_TEXT], other[ACCOUNT_LINK_TEXT];
	struct account_invitation invitation;
	struct err err = ERR_INIT;

	fine(account_add(office, "anne", "Anne", "rh", "RIVES", link, &err),
	    &err);
	invitation = invited(office, link);
	assert_string_equal(invitation.row.login, "anne");
	assert_int_equal(
	    invitation.expires_s, fixture->now_s + ACCOUNT_LINK_LIFE_S);
	/* A second link voids the first, and has another secret. */
	fine(account_link(office, "anne", other, &err), &err);
	assert_int_equal(
	    account_invitation(office, link, &invitation, NULL), E_NOT_FOUND);
	assert_memory_not_equal(
	    invited(office, other).totp, invitation.totp, ACCOUNT_TOTP_LEN);
	invitation = invited(office, other);
	assert_int_equal(use(office, other, &invitation), 0);
	/* Whoever looked it up before comes too late. */
	assert_int_equal(use(office, other, &invitation), E_NOT_FOUND);
	fine(account_link(office, "anne", link, &err), &err);
	fixture->now_s += ACCOUNT_LINK_LIFE_S;
	assert_int_equal(
	    account_invitation(office, link, &invitation, NULL), E_NOT_FOUND);
	assert_int_equal(
	    account_invitation(office, "", &invitation, NULL), E_NOT_FOUND);
}

static void the_first_link_makes_the_first_account_alone(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	char first[ACCOUNT_LINK_TEXT], link[ACCOUNT_LINK_TEXT];
	struct account_invitation invitation;
	struct err err = ERR_INIT;

	fine(account_setup_link(office, first, &err), &err);
	invitation = invited(office, first);
	assert_false(invitation.row.found);
	assert_int_equal(
	    invitation.expires_s, fixture->now_s + ACCOUNT_SETUP_LIFE_S);
	/* An account made at the shell closes that door. */
	fine(account_add(office, "anne", "Anne", "rh", NULL, link, &err), &err);
	assert_int_equal(
	    account_invitation(office, first, &invitation, NULL), E_NOT_FOUND);
	assert_int_equal(use(office, first, &invitation), E_NOT_FOUND);
	assert_int_equal(account_setup_link(office, first, NULL), E_CONFLICT);
}

/* ---- acts ---- */

/* An account of these structures, ready, as office->signer. */
static void become(struct office_fixture *fixture, struct account_row *row,
    struct signer *signer, const char *login, const char *structures)
{
	struct office *office = &fixture->office;
	char link[ACCOUNT_LINK_TEXT];
	struct account_invitation invitation;
	struct account_secret secret;
	struct err err = ERR_INIT;

	fine(account_add(office, login, "Somebody", "direction", structures,
		 link, &err),
	    &err);
	invitation = invited(office, link);
	assert_int_equal(use(office, link, &invitation), 0);
	fine(account_row_get(office->db, login, row, &err), &err);
	assert_true(opens(row, PASSWORD, &secret));
	memset(signer, 0, sizeof(*signer));
	key_from_seed(&signer->key, secret.seed);
	strcpy(signer->device, row->device);
	strcpy(signer->person, row->login);
	strcpy(signer->name, row->name);
	signer->structures = row->structures;
	office->signer = signer;
}

static int set_site(
    struct office *office, const char *structure, const char *site)
{
	struct err err = ERR_INIT;
	struct act act;
	int rc;

	assert_int_equal(act_begin(&act, office, NULL), 0);
	rc = act_set_subject(&act, structure, "site", site,
	    json_pack("{s:s,s:s}", "name", "New", "sector", "batiment"), &err);
	if (rc < 0) {
		act_abort(&act);
		return rc;
	}
	return act_commit(&act, NULL);
}

static int last_author(
    void *context, const struct entry_row *row, struct err *err)
{
	struct buf *out = context;

	(void)err;
	buf_reset(out);
	buf_printf(out, "%s %s %s", row->entry->device, row->entry->person,
	    row->fault);
	return 0;
}

static int set_code(struct office *office)
{
	struct err err = ERR_INIT;
	struct act act;
	int rc = act_begin(&act, office, &err);

	if (rc == 0)
		rc = act_set_subject(&act, STRUCTURE_OFFICE, "exit_code", "42",
		    json_pack("{s:s}", "label", "CDI"), &err);
	if (rc == 0)
		return act_commit(&act, &err);
	act_abort(&act);
	return rc;
}

static void an_act_is_signed_by_who_acts_in_its_structures(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	struct buf author = BUF_INIT;
	char wanted[64];
	struct account_row row;
	struct signer signer;
	struct device device;
	struct hash before;

	become(fixture, &row, &signer, "anne", "RIVES");
	before = office_fixture_digest(fixture);
	assert_int_equal(set_site(office, "REMPARTS", "S9"), E_NOT_FOUND);
	assert_true(hash_equal(
	    &before, (struct hash[]){office_fixture_digest(fixture)}));
	assert_int_equal(set_site(office, "RIVES", "S9"), 0);
	assert_int_equal(ledger_history(office->db, "RIVES", "site/S9",
			     last_author, &author, NULL),
	    0);
	(void)snprintf(wanted, sizeof(wanted), "%s anne ", row.device);
	assert_string_equal(buf_text(&author), wanted);
	/* The log knows the key, from the server itself. */
	assert_int_equal(ledger_device(office->db, "RIVES", row.device,
			     office->server.pub, &device, NULL),
	    0);
	assert_true(device.found && device.writer == WRITER_OFFICE);
	assert_string_equal(device.name, "Somebody");
	assert_memory_equal(device.pub, signer.key.pub, KEY_LEN);
	assert_int_equal(ledger_device(office->db, "REMPARTS", row.device,
			     office->server.pub, &device, NULL),
	    0);
	assert_false(device.found);
	/* Back to the console, everywhere. */
	office->signer = NULL;
	assert_int_equal(set_site(office, "REMPARTS", "S9"), 0);
	buf_free(&author);
}

/* A list that all structures share is for who has them all. */
static void what_is_common_takes_every_structure(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	struct account_row one, all;
	struct signer limited, wide;
	struct hash before;

	become(fixture, &one, &limited, "anne", "RIVES,REMPARTS");
	before = office_fixture_digest(fixture);
	assert_int_equal(set_code(office), E_FORBIDDEN);
	assert_true(hash_equal(
	    &before, (struct hash[]){office_fixture_digest(fixture)}));
	office->signer = NULL;
	become(fixture, &all, &wide, "bea", "*");
	assert_int_equal(set_code(office), 0);
	office->signer = NULL;
}

static void a_closed_account_signs_no_more(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	struct err err = ERR_INIT;
	struct account_row row;
	struct signer signer;

	become(fixture, &row, &signer, "anne", "RIVES,REMPARTS");
	assert_int_equal(set_site(office, "RIVES", "S9"), 0);
	office->signer = NULL;
	fine(account_disable(office, "anne", &err), &err);
	office->signer = &signer;
	assert_int_equal(set_site(office, "RIVES", "S8"), E_FORBIDDEN);
	fine(account_row_get(office->db, "anne", &row, &err), &err);
	assert_false(row.enabled);
	assert_string_equal(row.device, "");
	assert_int_equal(row.sealed[0] | row.sealed[20], 0);
}

/* Nobody gives what is not theirs, nor rules over who has more. */
static void who_is_limited_rules_over_a_part(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	char link[ACCOUNT_LINK_TEXT];
	struct err err = ERR_INIT;
	struct account_row row;
	struct signer signer;
	json_t *rows;

	fine(account_add(office, "all", "All", "rh", "*", link, &err), &err);
	fine(account_add(office, "here", "Here", "rh", "RIVES", link, &err),
	    &err);
	become(fixture, &row, &signer, "anne", "RIVES");
	assert_int_equal(
	    account_add(office, "x", "X", "rh", NULL, link, NULL), E_FORBIDDEN);
	assert_int_equal(
	    account_add(office, "x", "X", "rh", "REMPARTS", link, NULL),
	    E_NOT_FOUND);
	assert_int_equal(account_change(office, "all", NULL, "cip", NULL, NULL),
	    E_NOT_FOUND);
	assert_int_equal(account_disable(office, "all", NULL), E_NOT_FOUND);
	assert_int_equal(account_link(office, "all", link, NULL), E_NOT_FOUND);
	assert_int_equal(
	    account_change(office, "anne", NULL, NULL, "RIVES", NULL),
	    E_CONFLICT);
	assert_int_equal(
	    account_change(office, "here", NULL, NULL, "*", NULL), E_FORBIDDEN);
	fine(account_change(office, "here", NULL, "cip", NULL, &err), &err);
	assert_int_equal(account_list(office, &rows, NULL), 0);
	assert_int_equal(json_array_size(rows), 2);
	json_decref(rows);
}

static void what_cannot_be_an_account_is_refused(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	char link[ACCOUNT_LINK_TEXT];
	struct err err = ERR_INIT;

	fine(account_add(office, "anne", "Anne", "rh", "RIVES", link, &err),
	    &err);
	assert_int_equal(
	    account_add(office, "anne", "Other", "rh", NULL, link, NULL),
	    E_CONFLICT);
	assert_int_equal(
	    account_add(office, "", "X", "rh", NULL, link, NULL), E_INVALID);
	assert_int_equal(
	    account_add(office, "-x", "X", "rh", NULL, link, NULL), E_INVALID);
	assert_int_equal(
	    account_add(office, "x", " ", "rh", NULL, link, NULL), E_INVALID);
	assert_int_equal(
	    account_add(office, "x", "X", "root", NULL, link, NULL), E_USAGE);
	assert_int_equal(
	    account_add(office, "x", "X", "rh", "", link, NULL), E_USAGE);
	assert_int_equal(
	    account_add(office, "x", "X", "rh", "RIVES,NOWHERE", link, NULL),
	    E_NOT_FOUND);
	assert_int_equal(account_disable(office, "x", NULL), E_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_password_alone_opens_what_it_seals),
	    cmocka_unit_test(a_changed_row_opens_nothing),
	    cmocka_unit_test(passwords_that_protect_nothing_are_refused),
	    TEST(a_link_is_good_once_and_for_a_while),
	    TEST(the_first_link_makes_the_first_account_alone),
	    TEST(an_act_is_signed_by_who_acts_in_its_structures),
	    TEST(what_is_common_takes_every_structure),
	    TEST(a_closed_account_signs_no_more),
	    TEST(who_is_limited_rules_over_a_part),
	    TEST(what_cannot_be_an_account_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
