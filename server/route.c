#include <string.h>

#include "server/route.h"
#include "shared/lang.h"

/* clang-format off */
static const struct route routes[] = {
    {"GET",  "/healthz",      ROLE_WATCH,  api_health   },
    {"GET",  "/readyz",       ROLE_WATCH,  api_ready    },
    {"GET",  "/metrics",      ROLE_WATCH,  api_metrics  },
    {"GET",  "/v1/hello",     ROLE_PUBLIC, api_hello    },
    {"POST", "/v1/enrol",     ROLE_PUBLIC, api_enrol    },
    {"POST", "/v1/rotate",    ROLE_PUBLIC, api_rotate   },
    {"POST", "/v1/challenge", ROLE_PUBLIC, api_challenge},
    {"POST", "/v1/login",     ROLE_PUBLIC, api_login    },
    {"GET",  "/v1/heads",     ROLE_AUTHOR, api_heads    },
    {"POST", "/v1/push",      ROLE_PUSH,   api_push     },
    {"POST", "/v1/witness",   ROLE_AUTHOR, api_witness  },
    {"GET",  "/v1/pull",      ROLE_DEVICE, api_pull     },
    {"GET",  "/v1/log",       ROLE_DEVICE, api_log      },
};
/* clang-format on */

const struct route *route_find(
    const char *method, const char *path, struct err *err)
{
	bool known = false;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(routes[i].path, path) != 0)
			continue;
		if (strcmp(routes[i].method, method) == 0)
			return &routes[i];
		known = true;
	}
	if (known) {
		(void)err_set(err, E_METHOD,
		    L("méthode refusée ici", "method refused here"));
	} else {
		(void)err_set(err, E_NOT_FOUND,
		    L("rien à cette adresse", "nothing at this address"));
	}
	return NULL;
}
