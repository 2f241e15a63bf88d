#!/usr/bin/env python3
"""Each rule of layers.py must bite, and must not bite what is right."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import layers
import lines

CMAKE = {
    "shared/CMakeLists.txt":
        "add_library(shared STATIC\n\tdate.c\n\tdb_sqlite.c\n"
        "\thttp/http.c\n\thttp/http_stop.c\n)\n",
    "agent/CMakeLists.txt":
        "add_executable(pointeau main.c) # gone.c\n"
        "embed(FILES ${PROJECT_SOURCE_DIR}/schema/agent/0001_init.sql)\n",
    "server/CMakeLists.txt":
        "add_library(server_core STATIC\n\troute.c\n\tstore/site.c\n)\n",
    "tests/CMakeLists.txt":
        "function(unit name)\n\tpointeau_test(${name} unit/${name}.c)\n"
        "endfunction()\nunit(test_date shared)\nscenario(s001_day.sh)\n",
}

# A small tree with nothing wrong, close to faults on purpose.
CLEAN = {
    **CMAKE,
    "shared/date.h": "/* See \"agent/x.h\" and time(NULL). */\n",
    "shared/date.c":
        '#include <time.h>\n#include "shared/date.h"\n'
        'int t(struct x *x)\n{\n\treturn x->time(3) + uptime(4);\n}\n'
        'static const char *m = "Select a site, then update it";\n'
        'static const char c = \'"\', *o = "time(NULL) socket(";\n',
    "shared/db_sqlite.c":
        '#include <sqlite3.h>\nconst char *q = "SELECT 1";\n',
    "agent/main.c": '#include "shared/date.h"\n#include "agent/x.h"\n',
    "shared/http/http.c":
        '#include <civetweb.h>\n/* no document_root */\n'
        '#include "shared/date.h"\n',
    "shared/http/http_stop.c": "int a = clock_gettime(1);\n",
    "server/route.c": '#include "shared/http/http.h"\n',
    "server/store/site.c": 'const char *q = "UPDATE site SET x = 1";\n',
    "tests/unit/test_date.c":
        '#include <sqlite3.h>\n#include "agent/main.h"\n'
        'const char *q = "DELETE FROM x";\n',
    "tests/scenario/s001_day.sh": "",
    "tests/scenario/lib.sh": "",
    "schema/agent/0001_init.sql": "",
}


def faults(rule, changes):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**CLEAN, **changes}.items():
            if text is None:
                continue
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(rule(layers.Tree(root)))


class Layers(unittest.TestCase):
    def bites(self, rule, name, text, where=None):
        found = faults(rule, {name: text})
        self.assertEqual(len(found), 1, f"{text!r}: {found}")
        self.assertTrue(found[0].startswith(where or name), found[0])

    def spares(self, rule, name, text):
        self.assertEqual(faults(rule, {name: text}), [], text)

    def test_every_rule_spares_a_clean_tree(self):
        for rule in layers.RULES:
            self.assertEqual(faults(rule, {}), [], rule.__name__)

    def test_agent_server_and_shared_include_in_one_direction(self):
        for name, header in (
                ("agent/main.c", "server/route.h"),
                ("server/route.c", "agent/sync.h"),
                ("shared/http/http.c", "agent/sync.h"),
                ("shared/date.c", "agent/sync.h"),
                ("shared/date.c", "server/route.h"),
                ("shared/date.h", "tests/lib/fault.h")):
            self.bites(layers.include_direction, name,
                       f'\n#  include "{header}"\n', f"{name}:2:")

    def test_an_include_starts_at_the_root(self):
        self.bites(layers.include_direction, "agent/main.c",
                   '#include "main.h"\n')

    def test_the_store_knows_no_http(self):
        self.bites(layers.store_without_http, "server/store/site.c",
                   '#include "shared/http/http.h"\n')
        self.bites(layers.store_without_http, "server/store/site.c",
                   '#include "server/api_sync.h"\n')

    def test_each_library_has_one_home(self):
        for header in ("sqlite3.h", "sodium.h", "curl/curl.h", "civetweb.h",
                       "openssl/ssl.h", "zlib.h", "jansson.h"):
            self.bites(layers.library_homes, "agent/main.c",
                       f"#include <{header}>\n", "agent/main.c:1:")
        self.spares(layers.library_homes, "server/tls.c",
                    "#include <openssl/x509.h>\n")
        self.spares(layers.library_homes, "agent/main.c",
                    "/*\n#include <zlib.h>\n*/\n")

    def test_sql_is_written_in_the_store_alone(self):
        for text in ("SELECT id FROM site", "  INSERT INTO site VALUES",
                     "INSERT OR IGNORE INTO x", "UPDATE site SET x",
                     "DELETE FROM x", "CREATE UNIQUE INDEX x", "PRAGMA x",
                     "WITH RECURSIVE t(n) AS (SELECT 1)", "BEGIN IMMEDIATE",
                     "COMMIT", "select id from site", "DROP TABLE x"):
            self.bites(layers.sql_homes, "agent/main.c",
                       f'int x;\nf("{text}");\n', "agent/main.c:2:")
            self.spares(layers.sql_homes, "agent/journal_day.c",
                        f'f("{text}");\n')
        for text in ("Update the site", "Begin here", "with a site as such",
                     "COMMITMENT", "select a site", "Selects"):
            self.spares(layers.sql_homes, "agent/main.c", f'f("{text}");\n')

    def test_dangerous_parts_of_civetweb_are_banned(self):
        for text in ("mg_handle_form_request(c, f);", "mg_store_body(c, p);",
                     'o = {"document_root", "."};', 'o = "cgi_pattern";',
                     "mg_set_websocket_handler(c);", "mg_send_file(c, p);",
                     'o = "put_delete_auth_file";'):
            self.bites(layers.civetweb_bans, "shared/http/http.c", text + "\n")

    def test_time_chance_and_sockets_come_from_one_file(self):
        for name in layers.SYSTEM_CALLS:
            text = f"int x;\nint y = {name} (0);\n"
            self.bites(layers.system_calls, "agent/main.c", text,
                       "agent/main.c:2:")
            self.spares(layers.system_calls, "shared/os.c", text)
        self.spares(layers.system_calls, "server/admin_socket.c",
                    "int y = socket(0);\n")
        self.bites(layers.system_calls, "shared/http/http.c",
                   "int y = time(0);\n")

    def test_a_function_is_not_too_long(self):
        def function(length):
            return "int f(void)\n{\n" + "\tg();\n" * (length - 2) + "}\n"

        limit = layers.FUNCTION_LINES_MAX
        self.spares(layers.function_size, "agent/main.c", function(limit))
        self.bites(layers.function_size, "agent/main.c", function(limit + 1),
                   "agent/main.c:2:")
        self.spares(layers.function_size, "agent/main.c",
                    function(limit) + function(limit))

    def test_a_line_is_not_too_wide(self):
        rule = layers.line_width
        self.spares(rule, "agent/main.c", "\t" + "x" * 72 + "\n")
        self.bites(rule, "agent/main.c", "\t" + "x" * 73 + "\n")
        self.spares(rule, "agent/main.c", "é" * 80 + "\n")
        self.spares(rule, "agent/main.c", '"' + "x" * 99 + "\n")
        self.bites(rule, "agent/main.c", '"' + "x" * 100 + "\n")

    def test_nothing_is_left_unfinished(self):
        self.bites(layers.unfinished, "agent/main.c", "/* TO" "DO: x */\n")

    def test_every_file_is_in_a_list(self):
        for name in ("shared/new.c", "agent/new.c", "server/store/new.c",
                     "tests/unit/test_new.c", "tests/lib/new.c",
                     "schema/server/0001_new.sql",
                     "tests/scenario/r012_new.sh"):
            self.bites(layers.file_lists, name, "")

    def test_a_file_named_in_a_comment_is_not_in_a_list(self):
        self.bites(layers.file_lists, "agent/gone.c", "")

    def test_every_listed_file_exists(self):
        for name in ("shared/date.c", "agent/main.c", "server/store/site.c",
                     "tests/unit/test_date.c", "schema/agent/0001_init.sql",
                     "tests/scenario/s001_day.sh"):
            self.bites(layers.file_lists, name, None)


if __name__ == "__main__":
    lines.main(sys.modules["__main__"])
