#include <stddef.h>
#include <string.h>

#include "agent/fault.h"
#include "shared/lang.h"

static const struct {
	const char *code, *fr, *en;
} advices[] = {
    {"revoked",
	"Ce poste était révoqué quand cette saisie est arrivée : elle ne "
	"compte pas. Appelez le bureau, qui la reprendra ou donnera un "
	"nouveau code.",
	"This laptop was revoked when this entry arrived: it does not count. "
	"Call the office, which will record it or give a new code."},
    {"value",
	"Une valeur sort des règles (durée, horaires ou genre). Corrigez la "
	"demi-journée, ou saisissez-la à nouveau.",
	"A value breaks the rules (duration, times or kind). Correct the "
	"half-day, or record it again."},
    {"reason", "Il manque le motif. Refaites la correction en disant pourquoi.",
	"The reason is missing. Make the correction again and say why."},
    {"structure",
	"Cette saisie nomme une autre structure que celle où elle est "
	"partie. Saisissez-la à nouveau pour la bonne équipe, et prévenez le "
	"bureau.",
	"This entry names another structure than the one it was sent to. "
	"Record it again for the right crew, and tell the office."},
    {"author",
	"Cette saisie porte le nom d'un autre poste. Saisissez-la à nouveau "
	"ici, et prévenez le bureau.",
	"This entry bears another laptop's name. Record it again here, and "
	"tell the office."},
    {"authority", "Seul le bureau peut noter cela. Appelez-le : il le fera.",
	"Only the office may note this. Call it: it will."},
    {"record",
	"Cette saisie ne désigne ni une personne ni un jour possibles. "
	"Saisissez-la à nouveau, et prévenez le bureau.",
	"This entry names no possible person or day. Record it again, and "
	"tell the office."},
    {"malformed",
	"Le bureau ne sait pas lire cette saisie. Saisissez-la à nouveau, et "
	"prévenez le bureau : ce poste est peut-être abîmé.",
	"The office cannot read this entry. Record it again, and tell the "
	"office: this laptop may be damaged."},
};

const char *fault_advice(const char *code)
{
	if (code[0] == '\0')
		return "";
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (strcmp(advices[i].code, code) == 0)
			return L(advices[i].fr, advices[i].en);
	}
	return L("Le bureau l'a mise à part pour une raison que ce poste ne "
		 "connaît pas. Appelez le bureau.",
	    "The office set it aside for a reason that this laptop does not "
	    "know. Call the office.");
}
