#!/usr/bin/env python3
"""Check what the compiler does not: layers, homes, lists and sizes.

Each rule is a function from a Tree to its faults, "file:line: what is
wrong". For each rule a line "ok NAME" or "not ok NAME" is printed, after
its faults. Usage: layers.py [ROOT]
"""

import fnmatch
import pathlib
import re
import sys

# Who may include whom; tests may include anything.
LAYERS = {
    "shared": {"shared"},
    "agent": {"agent", "shared"},
    "server": {"server", "shared"},
}

# The one home of each library's header.
HOMES = {
    "sqlite3.h": ["shared/db_sqlite.c"],
    "sodium.h": ["shared/crypto.c"],
    "curl/*": ["agent/give_up.[ch]", "agent/https.c", "agent/portal.c"],
    "civetweb.h": ["shared/http/http.c", "shared/http/http_accept.c",
                   "shared/http/http_answer.c", "shared/http/http_body.c",
                   "shared/http/http_request.c", "shared/http/http_stop.c"],
    "openssl/*": ["server/doctor/ask.c", "server/hashing.c",
                  "server/tickets.c", "server/tls.c",
                  "server/tls_bridge.c"],
    "zlib.h": ["shared/zip.c"],
    "zip.h": ["server/import/archive.c", "server/audit/audit_zip.c"],
    "expat.h": ["server/import/xml.c"],
    "jansson.h": ["shared/json.h"],
    "qrencode.h": ["shared/qr.c"],
    "liboath/*": ["server/account/totp.c"],
    "hpdf.h": ["server/document/pdf.c"],
    "xlsxwriter.h": ["server/document/document_xlsx.c"],
}

# Where SQL is written.
SQL_HOMES = [
    "shared/db*.c",
    "shared/migrate.c",
    "shared/ledger*.[ch]",
    "agent/journal*.c",
    "server/store/*.c",
]

# The store knows no HTTP.
STORE_FORBIDDEN = re.compile(
    r"(server/(route|auth|api_\w+|tls)|shared/http/\w+)\.h")

# Parts of CivetWeb that are unsafe, or serve files.
CIVETWEB_BANNED = re.compile(
    r"\b(mg_handle_form_request|mg_handle_form_data|mg_store_body"
    r"|mg_send_file\w*|mg_send_mime_file\w*|mg_set_websocket_handler\w*"
    r"|mg_websocket_\w+|mg_upload|document_root|websocket_root|cgi_\w+"
    r"|ssi_pattern|put_delete_auth_file|global_auth_file|fallback_\w+"
    r"|url_rewrite_patterns|enable_webdav|lua_\w+)\b")

# What a simulator injects, and the only files that ask the system for it.
SYSTEM_CALLS = {
    "time": [],
    "gettimeofday": [],
    "clock_gettime": ["shared/http/http_stop.c"],
    "rand": [],
    "srand": [],
    "random": [],
    "srandom": [],
    "getrandom": [],
    "getentropy": [],
    "randombytes_buf": ["shared/crypto.c"],
    "randombytes_random": ["shared/crypto.c"],
    "randombytes_uniform": ["shared/crypto.c"],
    "socket": ["server/admin*.c", "server/doctor/ask.c", "shared/os_look.c",
               "shared/os_net.c", "shared/notify.c"],
}
SYSTEM_HOME = "shared/os.c"

FUNCTION_LINES_MAX = 90
LINE_COLUMNS_MAX = 80
TEXT_COLUMNS_MAX = 100  # of a line that is a long string or address
TAB = 8

INCLUDE = re.compile(r'^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")')
STATEMENT = re.compile(
    r"^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s"
    r"|UPDATE\s+(OR\s+\w+\s+)?\w+\s+SET\b|UPDATE\s+\w+\s*$"
    r"|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s*(\([^)]*\))?\s*AS\b"
    r"|CREATE\s+(UNIQUE\s|TEMP\w*\s|VIRTUAL\s)*(TABLE|INDEX|VIEW|TRIGGER)\s"
    r"|DROP\s+(TABLE|INDEX|VIEW|TRIGGER)\s|ALTER\s+TABLE\s|PRAGMA\s"
    r"|ATTACH\s|DETACH\s|VACUUM\b|ANALYZE\b|REINDEX\b"
    r"|SAVEPOINT\s|RELEASE\s|BEGIN(\s+(IMMEDIATE|EXCLUSIVE|DEFERRED)\b|;?$)"
    r"|COMMIT;?\s*$|ROLLBACK\b)", re.IGNORECASE)
# SQL is in capitals here and prose is not; in small letters, only what
# cannot be prose counts.
SMALL_STATEMENT = re.compile(
    r"^\s*(select\s.+\sfrom\s|insert\s+into\s|delete\s+from\s"
    r"|update\s+\w+\s+set\s|create\s+table\s|pragma\s+\w+\s*(=|\(|;|$))")

# One pass over C: comments, then literals, whichever begins first.
TOKEN = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text):
    """Spaces instead of ${text}, its lines kept."""
    return re.sub(r"[^\n]", " ", text)


class Source:
    """One C file: its text, without comments, and without literals."""

    def __init__(self, name, text):
        self.name = name
        self.lines = text.split("\n")
        self.strings = []  # (line number, content)
        self.uncommented = TOKEN.sub(self.keep_literal, text)
        self.code = TOKEN.sub(
            lambda found: blank(found.group()), self.uncommented)
        self.find_strings()

    @staticmethod
    def keep_literal(found):
        token = found.group()
        return blank(token) if token.startswith("/") else token

    def find_strings(self):
        for found in TOKEN.finditer(self.uncommented):
            if found.group().startswith('"'):
                self.strings.append(
                    (self.line_at(self.uncommented, found.start()),
                     found.group()[1:-1]))

    @staticmethod
    def line_at(text, offset):
        return text.count("\n", 0, offset) + 1

    def includes(self):
        """(line number, header, is it between quotes?)"""
        for number, line in enumerate(self.uncommented.split("\n"), 1):
            if found := INCLUDE.match(line):
                yield number, found[2] or found[3], found[3] is not None

    def matches(self, pattern, text):
        for found in pattern.finditer(text):
            yield self.line_at(text, found.start()), found

    def functions(self):
        """(line number of the opening brace, lines to the closing one)"""
        start = None
        for number, line in enumerate(self.lines, 1):
            if line.startswith("{"):
                start = number
            elif line.startswith("}") and start is not None:
                yield start, number - start + 1
                start = None


class Tree:
    """The project, or a small one made by a test."""

    PARTS = ("shared", "agent", "server", "tests")

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.sources = [
            Source(name, self.read(name))
            for part in self.PARTS
            for name in self.names(part, "*.[ch]")]
        self.product = [
            source for source in self.sources
            if not source.name.startswith("tests/")]

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def names(self, part, pattern):
        return sorted(
            str(path.relative_to(self.root))
            for path in (self.root / part).rglob(pattern))


def lives_in(name, homes):
    return any(fnmatch.fnmatchcase(name, home) for home in homes)


def include_direction(tree):
    for source in tree.product:
        layer = source.name.split("/")[0]
        for number, header, quoted in source.includes():
            other = header.split("/")[0]
            if quoted and other not in Tree.PARTS:
                yield (f"{source.name}:{number}: \"{header}\" does not start"
                       " at the root of the tree")
            elif other in Tree.PARTS and other not in LAYERS[layer]:
                yield (f"{source.name}:{number}: {layer} must not include"
                       f" {header}")


def store_without_http(tree):
    for source in tree.product:
        if not source.name.startswith("server/store/"):
            continue
        for number, header, _ in source.includes():
            if STORE_FORBIDDEN.fullmatch(header):
                yield (f"{source.name}:{number}: the store must not include"
                       f" {header}")


def library_homes(tree):
    for source in tree.product:
        for number, header, _ in source.includes():
            for pattern, homes in HOMES.items():
                if not fnmatch.fnmatchcase(header, pattern):
                    continue
                if not lives_in(source.name, homes):
                    yield (f"{source.name}:{number}: <{header}> belongs in"
                           f" {' or '.join(homes)}")


def sql_homes(tree):
    for source in tree.product:
        if lives_in(source.name, SQL_HOMES):
            continue
        for number, text in source.strings:
            if is_sql(text):
                yield f"{source.name}:{number}: SQL away from the store"


def is_sql(text):
    found = STATEMENT.match(text)
    if found and found.group().strip().split()[0].isupper():
        return True
    return SMALL_STATEMENT.match(text) is not None


def civetweb_bans(tree):
    for source in tree.product:
        for number, found in source.matches(
                CIVETWEB_BANNED, source.uncommented):
            yield f"{source.name}:{number}: {found.group()} is banned"


def system_calls(tree):
    calls = re.compile(
        r"(?<![\w.>])(" + "|".join(SYSTEM_CALLS) + r")\s*\(")
    for source in tree.product:
        if source.name == SYSTEM_HOME:
            continue
        for number, found in source.matches(calls, source.code):
            name = found.group(1)
            if not lives_in(source.name, SYSTEM_CALLS[name]):
                yield (f"{source.name}:{number}: {name}() belongs in"
                       f" {SYSTEM_HOME}")


def function_size(tree):
    for source in tree.sources:
        for number, length in source.functions():
            if length > FUNCTION_LINES_MAX:
                yield (f"{source.name}:{number}: a function of {length}"
                       f" lines, {FUNCTION_LINES_MAX} at most")


def line_width(tree):
    for source in tree.sources:
        for number, line in enumerate(source.lines, 1):
            long_text = '"' in line or "://" in line
            limit = TEXT_COLUMNS_MAX if long_text else LINE_COLUMNS_MAX
            width = len(line.expandtabs(TAB))
            if width > limit:
                yield (f"{source.name}:{number}: {width} columns,"
                       f" {limit} at most")


def unfinished(tree):
    for source in tree.sources:
        for number, line in enumerate(source.lines, 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                yield f"{source.name}:{number}: unfinished"


def listed(tree):
    """What the CMakeLists.txt files name, from the root of the tree."""
    names = set()
    for path in tree.names(".", "CMakeLists.txt"):
        folder = str(pathlib.PurePosixPath(path).parent)
        if folder.startswith("build"):
            continue
        text = re.sub(r"#[^\n]*", "", tree.read(path))
        names.update(re.findall(r"\bschema/[\w/.-]+\.sql\b", text))
        for name in re.findall(r"(?<![\w}/.-])[\w][\w/.-]*\.c\b", text):
            names.add(name if folder == "." else f"{folder}/{name}")
        for kind, name in re.findall(r"\b(unit|store|fuzz|bench)\((\w+)", text):
            names.add(f"tests/{kind}/{name}.c")
        for name in re.findall(r"\bscenario\(([\w.-]+)", text):
            names.add(f"tests/scenario/{name}")
    return names


def file_lists(tree):
    there = {
        source.name for source in tree.sources
        if source.name.endswith(".c")}
    there.update(tree.names("schema", "*.sql"))
    there.update(
        name for name in tree.names("tests/scenario", "*")
        if re.fullmatch(r"[krs]\d{3}_\w+\.(sh|py)", name.split("/")[-1]))
    names = listed(tree)
    for name in sorted(there - names):
        yield f"{name}: in no CMakeLists.txt"
    for name in sorted(names - there):
        yield f"{name}: in a CMakeLists.txt, but missing"


RULES = [
    include_direction,
    store_without_http,
    library_homes,
    sql_homes,
    civetweb_bans,
    system_calls,
    function_size,
    line_width,
    unfinished,
    file_lists,
]


def main():
    here = pathlib.Path(__file__).resolve().parents[2]
    tree = Tree(sys.argv[1] if len(sys.argv) > 1 else here)
    status = 0 if tree.product else 1
    if status:
        print("not ok: no source found")
    for rule in RULES:
        faults = list(rule(tree))
        for fault in faults:
            print(f"  {fault}")
        print(f"{'not ok' if faults else 'ok'} {rule.__name__}")
        status |= bool(faults)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
