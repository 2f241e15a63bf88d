"""The real programs, run from outside, and a laptop of our own that speaks to
the server in HTTPS."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import paper
from paper import Wrong, need

BIN = os.environ.get("POINTEAU_BIN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")


class Program:
    """pointeau or pointeau-server on a data directory."""

    def __init__(self, name, directory):
        self.path, self.directory = os.path.join(BIN, name), directory
        self.process = None

    def command(self, *words):
        return [self.path, *words, "--json", "--data", self.directory]

    def __call__(self, *words, status=0):
        done = subprocess.run(self.command(*words), capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60)
        need(done.returncode == status, f"{words}: status {done.returncode}: "
             f"{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout else None

    def serve(self):
        self.process = subprocess.Popen(
            self.command("serve"), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        need('"ready":true' in self.process.stdout.readline(), "no server")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None


def free_port():
    while True:
        port = 11000 + secrets.randbelow(21000)
        with socket.socket() as door:
            try:
                door.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Refused(Exception):
    def __init__(self, status, answer):
        super().__init__(f"{status} {answer}")
        self.status, self.answer = status, answer


class Laptop:
    """A device of ours: a key, a session, and what it may say."""

    def __init__(self, code, name):
        self.code, self.name = paper.Code(code), name
        self.key = paper.Key()
        self.bearer = self.certificate = None
        self.last = {}       # structure: (session, seq, prev)
        self.check_hello()

    # ---- HTTPS ----

    def ask(self, path, body=None):
        """The status and the bytes of an answer, from whom the code pins."""
        where = urllib.parse.urlsplit(self.code.url)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        line = http.client.HTTPSConnection(where.hostname, where.port,
                                           timeout=30, context=context)
        try:
            line.connect()
            key = paper.key_of_certificate(line.sock.getpeercert(True))
            need(hashlib.sha256(key).digest() == self.code.pin, "the pin")
            headers = {"Accept-Language": "en"}
            if self.bearer:
                headers["Authorization"] = "Bearer " + self.bearer
            line.request("GET" if body is None else "POST", path, body,
                         headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def json(self, path, body=None, accept=(200,)):
        if isinstance(body, dict):
            body = json.dumps(body)
        status, answer = self.ask(path, body)
        if status not in accept:
            raise Refused(status, answer.decode(errors="replace"))
        return paper.strict_json(answer.decode())

    # ---- becoming one of ours ----

    def check_hello(self):
        it = self.json("/v1/hello")
        self.server = bytes.fromhex(it["server"])
        need(it["protocol"] == 1, "protocol")
        need(hashlib.sha256(self.server).digest()[:16] == self.code.server,
             "the server's key is not the code's")

    def enrol(self):
        proof = self.key.sign("enrol@pointeau", paper.enrol_text(
            self.code.secret, self.server, self.key.public))
        it = self.json("/v1/enrol", {
            "code": self.code.secret.hex(), "key": self.key.public.hex(),
            "name": self.name, "proof": base64.b64encode(proof).decode()})
        text, sig = it["certificate"], base64.b64decode(it["sig"])
        need(paper.verify(self.server, "certificate@pointeau", text, sig),
             "certificate's signature")
        need(paper.certificate_structures(text, self.server, self.key.public)
             == it["structures"], "certificate's structures")
        self.certificate = (text, it["sig"])
        return it["structures"]

    def login(self):
        self.bearer = None
        challenge = self.json("/v1/challenge", {
            "device": self.key.device})["challenge"]
        sig = self.key.sign("login@pointeau", paper.login_text(
            self.server, self.key.device, challenge))
        self.bearer = self.json("/v1/login", {
            "device": self.key.device, "challenge": challenge,
            "sig": base64.b64encode(sig).decode(), "version": "witness 1",
            "name": self.name, "certificate": self.certificate[0],
            "certificate_sig": self.certificate[1]})["bearer"]

    def heads(self):
        return {it["structure"]: it
                for it in self.json("/v1/heads")["structures"]}

    # ---- sets ----

    def new_entry(self, structure, kind, record, value=None, **members):
        it = {"v": 1, "kind": kind, "structure": structure, "record": record}
        if value is not None:
            it["set"] = value
        it.update(by={"device": self.key.device, "person": "S01"},
                  at=paper.time_text(int(time.time())))
        it.update(members)
        return paper.entry(it)

    def seal(self, structure, seen, bodies):
        """The next set of this structure; it counts once it is received."""
        session, seq, prev = self.last.get(
            structure, (secrets.token_hex(8), 0, paper.ZEROS))
        return paper.Set(structure, self.key.device, session, seq + 1, prev,
                         seen, int(time.time()), bodies).sign(self.key)

    def push(self, *sets, accept=(200, 409)):
        """The answer about each set; a receipt is checked and completed."""
        answers = self.json("/v1/push", paper.pack_push(sets), accept)["sets"]
        for it, answer in zip(sets, answers):
            if answer["state"] in ("stored", "known"):
                answer.update(structure=it.structure, manifest=it.name())
                self.check_receipt(answer)
                if it.device == self.key.device:
                    self.last[it.structure] = (it.session, it.seq, it.name())
        return answers

    def check_receipt(self, it):
        text = paper.receipt_text(it["structure"], it["epoch"], it["n"],
                                  it["manifest"], it["head"], it["time"])
        need(paper.verify(self.server, "receipt@pointeau", text,
                          base64.b64decode(it["sig"])), "a receipt")

    def present(self, receipt, points=()):
        names = ("structure", "epoch", "n", "manifest", "head", "time", "sig")
        body = {name: receipt[name] for name in names}
        return self.json("/v1/witness", {**body, "points": list(points)})

    def pull(self, structure, after, own=True):
        status, answer = self.ask("/v1/pull?" + urllib.parse.urlencode(
            {"structure": structure, "after": after, "own": int(own)}))
        if status != 200:
            raise Refused(status, answer.decode(errors="replace"))
        return paper.Pull(answer)

    def log(self, structure, after=0):
        status, answer = self.ask("/v1/log?" + urllib.parse.urlencode(
            {"structure": structure, "after": after}))
        need(status == 200, "the log")
        return answer.decode()
