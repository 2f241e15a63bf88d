"""What docs/protocol.md says of bytes: what is signed, and how it travels.

Everything read here is checked; what does not fit raises Wrong.
"""

import base64
import datetime
import hashlib
import json
import re
import secrets
import struct
import zlib

import ed25519

ZEROS = "0" * 64
HASH = re.compile(r"[0-9a-f]{64}")


class Wrong(Exception):
    """Something is not as the protocol says."""


YEAR_9999 = 253402300799  # its last second: four digits write no more


def need(condition, what):
    if not condition:
        raise Wrong(what)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def time_text(seconds):
    need(0 <= seconds <= YEAR_9999, "time")
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(0, seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text):
    need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), "time")
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return int((moment - datetime.datetime(1970, 1, 1)).total_seconds())


# ---- signatures ----

def to_sign(namespace, text):
    out = b"SSHSIG"
    for part in (namespace.encode(), b"", b"sha512",
                 hashlib.sha512(text.encode()).digest()):
        out += struct.pack(">I", len(part)) + part
    return out


def verify(public, namespace, text, signature):
    return ed25519.verify(public, to_sign(namespace, text), signature)


class Key:
    """A device's key pair."""

    def __init__(self, secret=None):
        self.secret = secret or secrets.token_bytes(32)
        self.public = ed25519.public_key(self.secret)
        self.device = device_of(self.public)

    def sign(self, namespace, text):
        return ed25519.sign(self.secret, to_sign(namespace, text))


def device_of(public):
    return hashlib.sha256(public).hexdigest()[:16]


# ---- the texts ----

def enrol_text(secret, server, key):
    return (f"# pointeau enrol 1\n# code {sha(secret)}\n"
            f"# server {server.hex()}\n# key {key.hex()}\n")


def login_text(server, device, challenge):
    return (f"# pointeau login 1\n# server {server.hex()}\n"
            f"# device {device}\n# challenge {challenge}\n")


def certificate_structures(text, server, key):
    """The structures of a certificate that names this server and key."""
    head = (f"# pointeau certificate 1\n# server {server.hex()}\n"
            f"# device {device_of(key)}\n# key {key.hex()}\n")
    need(text.startswith(head), "certificate of something else")
    lines = text[len(head):].split("\n")
    need(len(lines) >= 3 and lines[-1] == "", "certificate's end")
    need(lines[-2].startswith("# at "), "certificate's time")
    seconds_of(lines[-2][5:])
    for line in lines[:-2]:
        need(line.startswith("# structure "), "certificate's structures")
    return [line[12:] for line in lines[:-2]]


def receipt_text(structure, epoch, n, manifest, head, time):
    return (f"# pointeau receipt 1\n# structure {structure}\n"
            f"# epoch {epoch}\n# n {n}\n# manifest {manifest}\n"
            f"# head {head}\n# time {time}\n")


def first_head(structure):
    return sha(f"# pointeau log 1\n# structure {structure}\n".encode())


def next_head(head, time, manifest):
    return sha(f"{head} {time} {manifest}\n".encode())


class Code:
    """An enrolment code, read."""

    def __init__(self, text):
        need(text.startswith("pto1."), "code")
        body = text[5:]
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        need(len(data) > 37, "code's length")
        need(hashlib.sha256(data[:-4]).digest()[:4] == data[-4:],
             "code's checksum")
        at = 33
        self.secret, self.server = data[1:17], data[17:33]
        self.pin = None
        if data[0] & 1:
            self.pin, at = data[33:65], 65
        self.url = data[at:-4].decode()


def key_of_certificate(der):
    """SubjectPublicKeyInfo of an X.509 certificate: its 7th part, after the
    optional version (tag 0xa0)."""

    def part(at):
        size, start = der[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7f
            size = int.from_bytes(der[at + 2:start], "big")
        return start, start + size

    at = part(part(0)[0])[0]
    for _ in range(5 + (der[at] == 0xa0)):
        at = part(at)[1]
    return der[at:part(at)[1]]


# ---- entries ----

def entry(members):
    """The bytes of a new entry."""
    line = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return f"{secrets.token_hex(16)}\n{line}\n".encode()


def integer(text):
    value = int(text)
    need(-2**63 <= value < 2**63, "more than 64 bits")
    return value


def strict_json(text):
    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), "a key twice")
        return dict(pairs)

    def refuse(_):
        raise Wrong("not an integer")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=refuse,
                          parse_int=integer, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Wrong("not JSON") from None


def depth(value):
    if isinstance(value, (dict, list)):
        items = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, items), default=0)
    return 0


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value:
            yield from texts(item)
        if isinstance(value, dict):
            yield from texts(list(value.values()))


def read_entry(data):
    """The members of an entry; Wrong when it is malformed."""
    need(len(data) <= 256 * 1024, "size")
    try:
        parts = data.decode().split("\n")
    except UnicodeDecodeError:
        raise Wrong("not UTF-8") from None
    need(len(parts) == 3 and parts[2] == "", "two lines")
    need(re.fullmatch(r"[0-9a-f]{20,128}", parts[0]), "salt")
    it = strict_json(parts[1])
    need(isinstance(it, dict) and depth(it) <= 8, "depth")
    for text in texts(it):
        need("\0" not in text, "NUL")
        need(not re.search("[\ud800-\udfff]", text), "half a character")
    need(type(it.get("v")) is int and it["v"] >= 1, "version")
    for name in ("kind", "record"):
        need(isinstance(it.get(name), str) and it[name], name)
    parents = it.get("parents", [])
    need(isinstance(parents, list) and len(parents) <= 64, "parents")
    for parent in parents:
        need(isinstance(parent, str) and HASH.fullmatch(parent), "a parent")
    need(isinstance(it.get("by"), dict), "by")
    return it


# ---- change sets ----

class Set:
    """A change set: its fields, its bodies (bytes, or the hash alone)."""

    def __init__(self, structure, device, session, seq, prev, seen, at,
                 bodies):
        self.structure, self.device = structure, device
        self.session, self.seq, self.prev = session, seq, prev
        self.seen, self.at, self.bodies = seen, at, bodies
        self.signature = b""

    def hashes(self):
        return [body if isinstance(body, str) else sha(body)
                for body in self.bodies]

    def manifest(self):
        epoch, n, head = self.seen
        lines = ["pointeau change set 1", f"structure {self.structure}",
                 f"device {self.device}", f"session {self.session}",
                 f"seq {self.seq}", f"prev {self.prev}",
                 f"seen {epoch} {n} {head}", f"at {time_text(self.at)}"]
        return "".join(f"# {line}\n" for line in lines) + "".join(
            f"{name}  e/{i:04}\n" for i, name in enumerate(self.hashes(), 1))

    def name(self):
        return sha(self.manifest().encode())

    def sign(self, key):
        self.signature = key.sign("changeset@pointeau", self.manifest())
        return self

    def is_signed_by(self, public):
        return (device_of(public) == self.device and
                verify(public, "changeset@pointeau", self.manifest(),
                       self.signature))


# ---- the wire ----

def number(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def pack_set(it):
    name = it.structure.encode()
    epoch, n, head = it.seen
    out = [number(len(name)), name, bytes.fromhex(it.device),
           bytes.fromhex(it.session), number(it.seq), bytes.fromhex(it.prev),
           number(epoch), number(n), bytes.fromhex(head), number(it.at),
           it.signature, number(len(it.bodies))]
    for body in it.bodies:
        if isinstance(body, str):
            out += [number(0), bytes.fromhex(body)]
        else:
            out += [number(len(body) + 1), body]
    return b"".join(out)


def pack_push(sets):
    return zlib.compress(number(1) + number(len(sets))
                         + b"".join(map(pack_set, sets)))


class Reader:
    def __init__(self, data):
        stream = zlib.decompressobj()
        try:
            self.data = stream.decompress(data, 4 * 1024 * 1024 + 1)
        except zlib.error:
            raise Wrong("zlib") from None
        need(stream.eof and not stream.unused_data, "end of the stream")
        self.at = 0

    def raw(self, size):
        need(self.at + size <= len(self.data), "cut short")
        self.at += size
        return self.data[self.at - size:self.at]

    def int(self):
        value = shift = 0
        while True:
            byte = self.raw(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                need(byte or shift == 7, "longer than need be")
                return value

    def text(self):
        return self.raw(self.int()).decode()

    def set(self):
        it = Set(self.text(), self.raw(8).hex(), self.raw(8).hex(),
                 self.int(), self.raw(32).hex(),
                 (self.int(), self.int(), self.raw(32).hex()), self.int(), [])
        it.signature = self.raw(64)
        for _ in range(self.int()):
            size = self.int()
            it.bodies.append(self.raw(size - 1) if size
                             else self.raw(32).hex())
        return it


class Pull:
    """A pull, read: items are (type, time, set or manifest's hash)."""

    def __init__(self, data):
        reader = Reader(data)
        need(reader.int() == 1, "version of the pull")
        self.structure = reader.text()
        self.epoch, self.first, self.more = [reader.int() for _ in range(3)]
        self.signature = reader.raw(64)
        self.items = []
        for _ in range(reader.int()):
            kind, time = reader.int(), reader.int()
            need(kind in (0, 1, 2), "type of an item")
            self.items.append((kind, time, reader.set() if kind == 2
                               else reader.raw(32).hex()))
        need(reader.at == len(reader.data), "bytes after the pull")
