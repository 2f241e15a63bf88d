#include <string.h>

#include "shared/wire_words.h"

/* clang-format off */
static const char *const words[] = {
	"am", "pm", "x1", "x2", "work", "training", "afest", "counselling",
	"immersion", "travel", "medical", "paid_leave", "public_holiday",
	"sick", "accident", "absence_authorised", "absence_unjustified",
	"bad_weather", "suspension", "08:00", "11:30", "12:00", "13:00",
	"13:30", "16:30", "17:00", "pointeau-4", "ENC-01", "ENC-02",
	"agree", "disagree", "finger", "pin", "paper", "fr", "en",
	"1 découvre, 2 avec aide, 3 seul, 4 montre aux autres",
};
/* clang-format on */

/* Shapes (docs/protocol.md §6), the likeliest last: nearer is shorter. */
static const char dictionary[] =
    "\"level\":\4,\"hours\":\1,\"phase\":\4},\"note\":\1,\"from\":[\7],"
    "\"covers\":[\7,\7,\7,\7],\"payable\":\4,\"days\":\4,\"answer\":\1,"
    "\"how\":\1,\"text\":\4,\"sum\":\7,\"lang\":\1},"
    "{\"v\":1,\"kind\":\"void\",\"structure\":\2,\"record\":\"hours/\x8/\xb/"
    "\x8\",\"parents\":[\7],\"by\":{\"device\":\5,\"person\":\1},\"at\":\6,"
    "\"reason\":\1}"
    "{\"v\":1,\"kind\":\"newcomer\",\"structure\":\2,\"record\":"
    "\"newcomer/\x8\",\"set\":{\"first\":\1,\"initial\":\1,\"crew\":\1},"
    "\"by\":{\"device\":\5,\"person\":\1},\"at\":\6}"
    "{\"v\":1,\"kind\":\"worker\",\"structure\":\2,\"record\":\"worker/\x8\","
    "\"set\":{\"first\":\1,\"initial\":\1,\"crews\":[{\"crew\":\1,\"from\":\3,"
    "\"to\":\3}]},\"by\":{\"device\":\5,\"person\":\1},\"at\":\6}"
    "{\"v\":1,\"kind\":\"hours\",\"structure\":\2,\"record\":\"hours/\x8/\xb/"
    "\x8\",\"parents\":[\7],\"set\":{\"minutes\":\4,\"kind\":\1,\"site\":\1,"
    "\"activity\":\1,\"start\":\1,\"end\":\1,\"break\":\4},\"note\":\1,"
    "\"by\":{\"device\":\5,\"person\":\1},\"at\":\6,\"reason\":\1}"
    "{\"v\":1,\"kind\":\"skill\",\"structure\":\2,\"record\":\"skill/\x8/\x8"
    "\",\"set\":{\"skill\":\1,\"label\":\1,\"catalogue\":\1,\"scale\":\1,"
    "\"level\":\4,\"day\":\3,\"site\":\1},\"by\":{\"device\":\5,\"person\":\1}"
    ",\"at\":\6}"
    "{\"v\":1,\"kind\":\"hours\",\"structure\":\2,\"record\":\"hours/\x8/\xb/"
    "\x8\",\"set\":{\"minutes\":\4,\"kind\":\1,\"site\":\1},\"by\":{"
    "\"device\":\5,\"person\":\1},\"at\":\6}"
    "{\"v\":1,\"kind\":\"hours\",\"structure\":\2,\"record\":\"hours/\x8/\xb/"
    "\x8\",\"set\":{\"minutes\":\4,\"kind\":\1},\"by\":{\"device\":\5,"
    "\"person\":\1},\"at\":\6}";

struct bytes wire_word(size_t i)
{
	if (i >= sizeof(words) / sizeof(words[0]))
		return (struct bytes){NULL, 0};
	return (struct bytes){words[i], strlen(words[i])};
}

struct bytes wire_dictionary(void)
{
	return (struct bytes){dictionary, sizeof(dictionary) - 1};
}
