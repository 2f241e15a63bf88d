"""Mutants of a C file: the file with one small fault written into it.

A mutant is a replacement of a few characters. Which faults are tried is the
list at the end of this file. Comments, assertions and the texts shown to
people (the arguments of L) are left alone: no test should depend on them.
"""

import re

TOKEN = re.compile(r"""
      (?P<comment>/\*.*?\*/|//[^\n]*)
    | (?P<define>^\#[ \t]*define\b)
    | (?P<directive>^\#(?:\\\n|[^\n])*)
    | (?P<string>"(?:\\.|[^"\\\n])*")
    | (?P<char>'(?:\\.|[^'\\\n])*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<number>(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)
    | (?P<op>->|\+\+|--|<<=|>>=|<<|>>|[-+*/%&|^=!<>]=|&&|\|\||\.\.\.|.)
    """, re.X | re.S | re.M)

RELATIONS = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
}
OPERATORS = {
    "&&": ["||"],
    "||": ["&&"],
    "++": ["--"],
    "--": ["++"],
    "+=": ["-="],
    "-=": ["+="],
    "|=": ["="],
    ">>": ["<<"],
    "<<": [">>"],
}
# One of a family becomes the next.
FAMILIES = [
    ["true", "false"],
    ["FOLD_EMPTY", "FOLD_MERGED", "FOLD_CONTESTED"],
    ["INGEST_STORED", "INGEST_KNOWN", "INGEST_GAP", "INGEST_FORK",
     "INGEST_ASIDE"],
    ["SSHSIG_CHANGESET", "SSHSIG_RECEIPT"],
    ["E_INVALID", "E_SIGNATURE", "E_AUTH", "E_LIMIT"],
]
NEXT = {
    member: family[(i + 1) % len(family)]
    for family in FAMILIES for i, member in enumerate(family)}

HEADS = {"if", "for", "while", "switch"}
TYPES = {"const", "static", "struct", "enum", "union", "unsigned", "signed",
         "char", "int", "long", "short", "void", "bool", "double", "float"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start = kind, text, start
        self.end = start + len(text)


class Mutant:
    """Characters ${start} to ${end} of ${source} become ${text}."""

    def __init__(self, source, kind, start, end, text):
        self.source, self.kind = source, kind
        self.start, self.end, self.text = start, end, text

    @property
    def function(self):
        return self.source.function_at(self.start)

    @property
    def line(self):
        return self.source.text.count("\n", 0, self.start) + 1

    def lines(self):
        """The changed lines before and after, without indentation."""
        text = self.source.text
        first = text.rfind("\n", 0, self.start) + 1
        last = text.find("\n", self.end)
        before = text[first:last]
        after = text[first:self.start] + self.text + text[self.end:last]
        return " ".join(before.split()), " ".join(after.split())

    def apply(self):
        text = self.source.text
        return text[:self.start] + self.text + text[self.end:]


class Source:
    def __init__(self, name, text):
        self.name, self.text = name, text
        self.tokens = [
            Token(found.lastgroup, found.group(), found.start())
            for found in TOKEN.finditer(text)
            if not found.group().isspace()
            and found.lastgroup not in ("comment", "directive")]
        self.functions = list(self.find_functions())
        self.quiet = list(self.find_quiet())

    def closing(self, i):
        """The position of the bracket that closes the one at ${i}."""
        depth = 0
        for j in range(i, len(self.tokens)):
            text = self.tokens[j].text
            depth += (text in "([{") - (text in ")]}")
            if depth == 0:
                return j
        raise ValueError(f"{self.name}: unbalanced")

    def find_functions(self):
        """(name, first token of the body, its last)"""
        name = None
        for i, token in enumerate(self.tokens):
            before = self.text[token.start - 1:token.start]
            if (token.kind == "name" and self.tokens[i + 1].text == "("
                    and self.text.rfind("\n", 0, token.start)
                    > self.text.rfind("\n}", 0, token.start)
                    and (before in " *\n")):
                start = self.text.rfind("\n", 0, token.start) + 1
                if self.text[start] not in "\t #":
                    name = token.text
            if token.text == "{" and before == "\n":
                yield name, i, self.closing(i)

    def function_at(self, offset):
        for name, first, last in self.functions:
            if self.tokens[first].start <= offset < self.tokens[last].end:
                return name
        return "-"

    def find_quiet(self):
        """Where texts for people and assertions are: token ranges."""
        for i, token in enumerate(self.tokens[:-1]):
            if (token.text in ("L", "assert")
                    and self.tokens[i + 1].text == "("):
                yield i, self.closing(i + 1)

    def is_quiet(self, i):
        return any(first <= i <= last for first, last in self.quiet)

    # ---- the faults ----

    def mutants(self):
        found = []
        for _, first, last in self.functions:
            for i in range(first + 1, last):
                if not self.is_quiet(i):
                    found += self.of_token(i)
            found += self.of_statements(first + 1, last)
        found += self.of_defines()
        found.sort(key=lambda mutant: (mutant.start, mutant.end, mutant.text))
        return found

    def swap(self, kind, i, text):
        token = self.tokens[i]
        return Mutant(self, kind, token.start, token.end, text)

    def of_token(self, i):
        token = self.tokens[i]
        if token.text in RELATIONS:
            return [self.swap("relation", i, text)
                    for text in RELATIONS[token.text]]
        if token.text in OPERATORS:
            return [self.swap("operator", i, text)
                    for text in OPERATORS[token.text]]
        if token.text in ("+", "-") and self.is_binary(i):
            return [self.swap("operator", i, "-+"["+-".index(token.text)])]
        if token.text == "!":
            return [self.swap("negation", i, "")]
        if token.text in NEXT:
            return [self.swap("constant", i, NEXT[token.text])]
        return self.of_literal(i)

    def is_binary(self, i):
        before = self.tokens[i - 1]
        return (before.kind in ("name", "number", "char")
                and before.text != "return" or before.text in (")", "]"))

    def of_literal(self, i):
        token = self.tokens[i]
        if token.kind == "number":
            value = int(token.text.rstrip("uUlL"), 0)
            return [self.swap("constant", i, str(other))
                    for other in {value + 1, max(value - 1, 0)} - {value}]
        if token.kind == "string" and len(token.text) > 2:
            # Another first character; a format keeps its directives.
            at = re.match(r'"(%[^a-zA-Z]*[a-zA-Z]|\\.)*', token.text).end()
            if token.text[at] != '"':
                other = "y" if token.text[at] == "x" else "x"
                return [self.swap("constant", i,
                                  token.text[:at] + other
                                  + token.text[at + 1:])]
        return []

    def of_defines(self):
        """The literals of #define lines."""
        for i, token in enumerate(self.tokens):
            if token.kind != "define":
                continue
            end = self.text.find("\n", token.start)
            for j in range(i + 2, len(self.tokens)):
                if self.tokens[j].start > end:
                    break
                yield from self.of_literal(j)

    def of_statements(self, first, last):
        i = first
        while i < last:
            token = self.tokens[i]
            if token.text in HEADS:
                close = self.closing(i + 1)
                if token.text in ("if", "while"):
                    inner = self.text[self.tokens[i + 1].end:
                                      self.tokens[close].start]
                    yield Mutant(self, "condition", self.tokens[i + 1].end,
                                 self.tokens[close].start, f"!({inner})")
                i = close + 1
            elif token.text in ("{", "}", "else", "do", ";"):
                i += 1
            elif token.text in ("case", "default") or (
                    token.kind == "name" and self.tokens[i + 1].text == ":"):
                while self.tokens[i].text != ":":
                    i += 1
                i += 1
            else:
                end = self.statement_end(i)
                if not self.is_quiet(i):
                    yield from self.of_statement(i, end)
                i = end + 1

    def statement_end(self, i):
        while self.tokens[i].text != ";":
            i = self.closing(i) if self.tokens[i].text in "([{" else i
            i += 1
        return i

    def of_statement(self, i, end):
        start, stop = self.tokens[i], self.tokens[end]
        if start.text == "return":
            value = self.text[start.end:stop.start].strip()
            other = "-1" if value == "0" else "0"
            if value and value not in ("true", "false"):
                yield Mutant(self, "return", start.start, stop.start,
                             f"return {other}")
        elif not self.is_declaration(i):
            yield Mutant(self, "removal", start.start, stop.start, "")

    def is_declaration(self, i):
        one, two, three = self.tokens[i:i + 3]
        return (one.text in TYPES
                or one.kind == "name" and (
                    one.text.endswith("_t") or two.kind == "name"
                    or two.text == "*" and three.kind == "name"
                    and one.text.islower() and one.text.isidentifier())
                or one.text == "(")
