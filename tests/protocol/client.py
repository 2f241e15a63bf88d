"""A laptop of Pointeau, written from docs/protocol.md alone.

It shares no line with the programs: where it and they disagree, one of the
two or the document is wrong. Python 3, standard library only.
"""

import base64
import hashlib
import http.client
import json
import os
import ssl
import struct
import time
import urllib.parse
import zlib

import ed25519

ZEROS = bytes(32)
TIMEOUT_S = 60
WITHHELD = None  # the body of an entry of which only the hash is known


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def lines(*items):
    """The texts that are signed or hashed: every line ends with a feed."""
    return "".join(item + "\n" for item in items).encode()


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# ---- keys and signatures (SSHSIG) ----


def ssh_string(data):
    return struct.pack(">I", len(data)) + data


def signed_bytes(namespace, message):
    """What PROTOCOL.sshsig has Ed25519 sign."""
    return (b"SSHSIG" + ssh_string(namespace.encode()) + ssh_string(b"") +
            ssh_string(b"sha512") +
            ssh_string(hashlib.sha512(message).digest()))


def armour(pub, namespace, sig):
    """A whole signature file, as ssh-keygen -Y verify reads it."""
    blob = (b"SSHSIG" + struct.pack(">I", 1) + ssh_string(
        ssh_string(b"ssh-ed25519") + ssh_string(pub)) +
        ssh_string(namespace.encode()) + ssh_string(b"") +
        ssh_string(b"sha512") + ssh_string(
            ssh_string(b"ssh-ed25519") + ssh_string(sig)))
    text = base64.b64encode(blob).decode()
    wrapped = [text[i:i + 70] for i in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *wrapped,
                      "-----END SSH SIGNATURE-----", ""])


def ssh_public(pub):
    blob = ssh_string(b"ssh-ed25519") + ssh_string(pub)
    return "ssh-ed25519 " + base64.b64encode(blob).decode()


class Key:
    def __init__(self, seed=None):
        self.seed = seed or os.urandom(32)
        self.pub = ed25519.public(self.seed)
        self.device = sha256(self.pub)[:8].hex()

    def sign(self, namespace, message):
        return ed25519.sign(self.seed, signed_bytes(namespace, message))


def verify(pub, namespace, message, sig):
    return ed25519.verify(pub, signed_bytes(namespace, message), sig)


# ---- entries and change sets ----


def salt():
    return os.urandom(10).hex().encode()


def entry(members, salted=None):
    """The exact bytes of an entry; members are its JSON object."""
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return (salted or salt()) + b"\n" + text.encode() + b"\n"


class ChangeSet:
    """bodies: bytes, or a hash in ${hashes} where the body is withheld."""

    def __init__(self, structure, device, session, seq, prev, bodies,
                 seen=(1, 0, None), at=None, sig=bytes(64), hashes=None):
        self.structure, self.device, self.session = structure, device, session
        self.seq, self.prev = seq, prev
        self.seen = (seen[0], seen[1], seen[2] or log_start(structure))
        self.at = int(time.time()) if at is None else at
        self.bodies, self.sig = bodies, sig
        self.hashes = hashes or [sha256(body) for body in bodies]

    def manifest(self):
        epoch, n, head = self.seen
        return lines(
            "# pointeau change set 1", f"# structure {self.structure}",
            f"# device {self.device}", f"# session {self.session}",
            f"# seq {self.seq}", f"# prev {self.prev.hex()}",
            f"# seen {epoch} {n} {head.hex()}", f"# at {stamp(self.at)}",
            *(f"{digest.hex()}  e/{i:04}"
              for i, digest in enumerate(self.hashes, 1)))

    def hash(self):
        return sha256(self.manifest())

    def sign(self, key, namespace="changeset@pointeau"):
        self.sig = key.sign(namespace, self.manifest())
        return self

    def is_signed_by(self, pub):
        return verify(pub, "changeset@pointeau", self.manifest(), self.sig)


# ---- the log and receipts ----


def log_start(structure):
    return sha256(lines("# pointeau log 1", f"# structure {structure}"))


def log_next(head, at, manifest):
    return sha256(lines(f"{head.hex()} {at} {manifest.hex()}"))


def receipt(structure, epoch, n, manifest, head, at):
    return lines("# pointeau receipt 1", f"# structure {structure}",
                 f"# epoch {epoch}", f"# n {n}",
                 f"# manifest {manifest.hex()}", f"# head {head.hex()}",
                 f"# time {at}")


# ---- wire form ----


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def sized(data):
    return varint(len(data)) + data


def wire_set(one):
    epoch, n, head = one.seen
    out = [sized(one.structure.encode()), bytes.fromhex(one.device),
           bytes.fromhex(one.session), varint(one.seq), one.prev,
           varint(epoch), varint(n), head, varint(one.at), one.sig,
           varint(len(one.bodies))]
    for body, digest in zip(one.bodies, one.hashes):
        if body is WITHHELD:
            out.append(varint(0) + digest)
        else:
            out.append(varint(len(body) + 1) + body)
    return b"".join(out)


def wire_push(sets):
    return varint(1) + varint(len(sets)) + b"".join(map(wire_set, sets))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, count):
        taken = self.data[self.at:self.at + count]
        if len(taken) != count:
            raise ValueError("cut short")
        self.at += count
        return taken

    def int(self):
        value = shift = 0
        while True:
            byte = self.raw(1)[0]
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                if byte == 0 and shift > 7:
                    raise ValueError("not the shortest form")
                return value

    def text(self):
        return self.raw(self.int()).decode()

    def set(self):
        structure, device = self.text(), self.raw(8).hex()
        session, seq, prev = self.raw(8).hex(), self.int(), self.raw(32)
        seen = (self.int(), self.int(), self.raw(32))
        at, sig = self.int(), self.raw(64)
        bodies, hashes = [], []
        for _ in range(self.int()):
            length = self.int()
            bodies.append(self.raw(length - 1) if length else WITHHELD)
            hashes.append(sha256(bodies[-1]) if length else self.raw(32))
        return ChangeSet(structure, device, session, seq, prev, bodies, seen,
                         at, sig, hashes)


class Item:
    """One place of the log as pulled; set is None unless its type is 2."""

    def __init__(self, reader):
        self.type, self.at = reader.int(), reader.int()
        self.set = reader.set() if self.type == 2 else None
        self.manifest = self.set.hash() if self.set else reader.raw(32)


class Pull:
    def __init__(self, data):
        inflater = zlib.decompressobj()
        plain = inflater.decompress(data, 4 * 1024 * 1024)
        if not inflater.eof or inflater.unused_data:
            raise ValueError("not one zlib stream of at most 4 MiB")
        reader = Reader(plain)
        if reader.int() != 1:
            raise ValueError("another version")
        self.structure, self.epoch = reader.text(), reader.int()
        self.first, self.more = reader.int(), reader.int()
        self.sig = reader.raw(64)
        self.items = [Item(reader) for _ in range(reader.int())]
        if reader.at != len(plain):
            raise ValueError("bytes left over")


# ---- HTTPS ----


def der_next(data, at):
    """(start of the value, end) of the DER element at ${at}."""
    length, at = data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7f
        length = int.from_bytes(data[at:at + count], "big")
        at += count
    return at, at + length


def public_key_info(certificate):
    """SubjectPublicKeyInfo, the bytes that a pin hashes."""
    at, _ = der_next(certificate, 0)  # Certificate
    at, _ = der_next(certificate, at)  # TBSCertificate
    skip = 6 if certificate[at] == 0xa0 else 5  # is a version there?
    for _ in range(skip):
        _, at = der_next(certificate, at)
    _, end = der_next(certificate, at)
    return certificate[at:end]


class Code:
    """An enrolment code, taken apart."""

    def __init__(self, text):
        if not text.startswith("pto1."):
            raise ValueError("no enrolment code")
        packed = text[len("pto1."):]
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        if sha256(data[:-4])[:4] != data[-4:]:
            raise ValueError("mistyped")
        self.secret, self.server = data[1:17], data[17:33]
        self.pin = data[33:65] if data[0] & 1 else None
        self.url = data[65 if data[0] & 1 else 33:-4].decode()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Https:
    """One connection a request: simplest, and refusals close it anyway."""

    def __init__(self, url, pin):
        self.host = urllib.parse.urlsplit(url).netloc
        self.pin = pin
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE  # the pin is the trust

    def connect(self):
        conn = http.client.HTTPSConnection(
            self.host, timeout=TIMEOUT_S, context=self.context)
        conn.connect()
        certificate = conn.sock.getpeercert(binary_form=True)
        if sha256(public_key_info(certificate)) != self.pin:
            conn.close()
            raise ValueError("another server: the pin differs")
        return conn

    def ask(self, method, target, body=None, bearer=None, host=None):
        conn = self.connect()
        try:
            conn.putrequest(method, target, skip_host=True,
                            skip_accept_encoding=True)
            conn.putheader("Host", host or self.host)
            if bearer is not None:
                conn.putheader("Authorization", f"Bearer {bearer}")
            if body is not None:
                conn.putheader("Content-Length", str(len(body)))
            conn.endheaders()
            try:
                if body:
                    conn.send(body)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                pass  # refused unread: the answer says why
            found = conn.getresponse()
            return Answer(found.status, dict(found.getheaders()),
                          found.read())
        finally:
            conn.close()


# ---- the laptop ----


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(repr(answer))
        self.answer = answer


class Laptop:
    """A device: its key, its server, and where it stands in each log."""

    def __init__(self, code, name, key=None):
        self.code, self.name, self.key = Code(code), name, key or Key()
        self.https = Https(self.code.url, self.code.pin)
        self.bearer = None
        self.server = None
        self.structures = []
        self.session = os.urandom(8).hex()
        self.last = {}  # structure → (seq, manifest) of its last set
        self.logs = {}  # structure → [epoch, n, head]

    @property
    def device(self):
        return self.key.device

    def ask(self, method, target, body=None):
        return self.https.ask(method, target, body, self.bearer)

    def post(self, target, members):
        found = self.ask("POST", target, json.dumps(members).encode())
        if found.status != 200:
            raise Refused(found)
        return found.json()

    def get(self, target):
        found = self.ask("GET", target)
        if found.status != 200:
            raise Refused(found)
        return found

    def hello(self):
        found = self.get("/v1/hello").json()
        pub = bytes.fromhex(found["server"])
        if sha256(pub)[:16] != self.code.server:
            raise ValueError("not the server that the code names")
        self.server = pub
        return found

    def enrol_request(self):
        secret, pub = self.code.secret, self.key.pub.hex()
        text = lines("# pointeau enrol 1", f"# code {sha256(secret).hex()}",
                     f"# server {self.server.hex()}", f"# key {pub}")
        proof = self.key.sign("enrol@pointeau", text)
        return {"code": secret.hex(), "key": pub, "name": self.name,
                "proof": base64.b64encode(proof).decode()}

    def enrol(self):
        self.hello()
        found = self.post("/v1/enrol", self.enrol_request())
        text = found["certificate"].encode()
        if not verify(self.server, "certificate@pointeau", text,
                      base64.b64decode(found["sig"])):
            raise ValueError("the certificate is not the server's")
        self.structures = found["structures"]
        return found

    def login_request(self):
        found = self.post("/v1/challenge", {"device": self.device})
        text = lines("# pointeau login 1", f"# server {self.server.hex()}",
                     f"# device {self.device}",
                     f"# challenge {found['challenge']}")
        sig = self.key.sign("login@pointeau", text)
        return {"device": self.device, "challenge": found["challenge"],
                "sig": base64.b64encode(sig).decode(), "version": "0.0-test"}

    def login(self):
        self.bearer = self.post("/v1/login", self.login_request())["bearer"]

    def heads(self):
        return self.get("/v1/heads").json()["structures"]

    # -- writing --

    def entry(self, structure, kind, record, value=None, **more):
        """The bytes of an entry by this device; ${more} overrides."""
        members = {"v": 1, "kind": kind, "structure": structure,
                   "record": record}
        if value is not None:
            members["set"] = value
        members["by"] = {"device": self.device, "person": "ENC-01"}
        members["at"] = stamp(time.time())
        members.update(more)
        return entry(members)

    def seal(self, structure, bodies, **more):
        """The next set of this session, signed, not yet counted."""
        seq, prev = self.last.get(structure, (0, ZEROS))
        seen = self.logs.get(structure, (1, 0, log_start(structure)))
        one = ChangeSet(structure, more.get("device", self.device),
                        more.get("session", self.session),
                        more.get("seq", seq + 1), more.get("prev", prev),
                        bodies, seen, hashes=more.get("hashes"))
        return one.sign(more.get("key", self.key),
                        more.get("namespace", "changeset@pointeau"))

    def send(self, sets):
        """Push; nothing is counted."""
        return self.ask("POST", "/v1/push", zlib.compress(wire_push(sets)))

    def check_receipt(self, one, said):
        text = receipt(one.structure, said["epoch"], said["n"], one.hash(),
                       bytes.fromhex(said["head"]), said["time"])
        if not verify(self.server, "receipt@pointeau", text,
                      base64.b64decode(said["sig"])):
            raise ValueError("the receipt is not the server's")
        return text

    def push(self, structure, bodies):
        """Seal and push one set; its receipt verified. What was said."""
        one = self.seal(structure, bodies)
        found = self.send([one])
        if found.status != 200:
            raise Refused(found)
        said = found.json()["sets"][0]
        self.check_receipt(one, said)
        self.last[structure] = (one.seq, one.hash())
        return said

    # -- reading --

    def pull_once(self, structure, after, own=False):
        place = urllib.parse.urlencode({
            "structure": structure, "after": after,
            **({"own": 1} if own else {})})
        return Pull(self.get(f"/v1/pull?{place}").body)

    def pull(self, structure, after=0):
        """Everything from ${after} + 1 on, the chain and the last receipt
        of every page checked. ${after} not 0: the last place verified."""
        epoch, n, head = self.logs.get(
            structure, (1, 0, log_start(structure)))
        if after != n:
            epoch, n, head = 1, 0, log_start(structure)
        items = []
        while True:
            page = self.pull_once(structure, n)
            if page.structure != structure or page.first != n + 1:
                raise ValueError("another part of the log")
            for item in page.items:
                n, head = n + 1, log_next(head, stamp(item.at), item.manifest)
            if page.items:
                epoch = page.epoch
                text = receipt(structure, epoch, n, page.items[-1].manifest,
                               head, stamp(page.items[-1].at))
                if not verify(self.server, "receipt@pointeau", text,
                              page.sig):
                    raise ValueError("the log is not the server's")
            items += page.items
            if not page.more or not page.items:
                break
        self.logs[structure] = (epoch, n, head)
        return items

    def log(self, structure, after=0):
        """[(n, epoch, time, manifest, head)]"""
        place = urllib.parse.urlencode(
            {"structure": structure, "after": after})
        rows = []
        for line in self.get(f"/v1/log?{place}").body.decode().splitlines():
            n, epoch, at, manifest, head = line.split(" ")
            rows.append((int(n), int(epoch), at, bytes.fromhex(manifest),
                         bytes.fromhex(head)))
        return rows
