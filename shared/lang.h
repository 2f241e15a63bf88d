/*
 * The user's language: French first, English beside it. Every sentence meant
 * for a person is written once, in both, where it is used:
 *
 *	err_set(err, E_INVALID, L("jour : %s inconnu", "day: %s unknown"), day);
 *
 * Both texts take the same arguments; the compiler checks both.
 */
#ifndef POINTEAU_SHARED_LANG_H
#define POINTEAU_SHARED_LANG_H

enum lang { LANG_FR, LANG_EN };

/* The language of the calling thread; LANG_FR until it is set. */
extern _Thread_local enum lang lang_current;

#define L(fr, en) (lang_current == LANG_EN ? (en) : (fr))

/*
 * Set the calling thread's language from ${name} ("en_GB.UTF-8", "fr", or the
 * list of an Accept-Language); anything but English is French.
 */
void lang_set(const char *name);

/* Set it from LC_ALL, LC_MESSAGES or LANG, in that order. */
void lang_set_from_environment(void);

#endif
