"""The office's page, asked as its own script asks: see s500, s505."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import sqlite3
import ssl
import time
import urllib.parse

from stage import WAIT_S, same, show

COOKIE = "__Host-pointeau"
PASSWORD = "quatre mots sans rapport"


def totp(secret, step):
    """RFC 6238, six digits; ${secret} as the page shows it."""
    key = base64.b32decode(secret.replace(" ", "") +
                           "=" * (-len(secret.replace(" ", "")) % 8))
    mac = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 10 ** 6:06}"


class Door:
    """The pages of a running office."""

    def __init__(self, office):
        self.office = office
        self.host = f"127.0.0.1:{office.port}"
        self.origin = f"https://{self.host}"
        self.context = ssl.create_default_context(
            cafile=str(office.data / "tls.pem"))
        self.context.check_hostname = False

    def request(self, method, path, body=None, headers=None):
        """Status, headers, bytes. A header may be there twice: a list."""
        link = http.client.HTTPSConnection(
            "127.0.0.1", self.office.port, timeout=WAIT_S,
            context=self.context)
        try:
            link.putrequest(method, path, skip_host=True,
                            skip_accept_encoding=True)
            for name, value in {"Host": self.host, **(headers or {})}.items():
                for one in value if isinstance(value, list) else [value]:
                    link.putheader(name, one)
            if body is not None:
                link.putheader("Content-Length", str(len(body)))
            link.endheaders(body)
            reply = link.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            link.close()

    def forget_codes(self):
        """Codes that have served are good again."""
        base = sqlite3.connect(self.office.data / "pointeau.db", timeout=60)
        with contextlib.closing(base), base:
            base.execute("UPDATE account SET step = 0")

    def link(self, url):
        """LINK of …/#/setup/LINK."""
        origin, link = url.split("/#/setup/")
        same(origin, self.origin, url)
        return link


class Visitor:
    """A browser: a cookie, and what its script sends."""

    def __init__(self, door):
        self.door = door
        self.cookie = None
        self.secret = None
        self.step = 0
        self.login = None

    def headers(self, method, **changed):
        """None takes one away."""
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "fr"}
        if self.cookie:
            headers["Cookie"] = f"{COOKIE}={self.cookie}"
        if method == "POST":
            headers["Origin"] = self.door.origin
            headers["Content-Type"] = "application/json"
        headers.update({name.replace("_", "-"): value
                        for name, value in changed.items()})
        return {name: value for name, value in headers.items()
                if value is not None}

    def ask_raw(self, method, path, members=None, **headers):
        """Status, headers, bytes of a call; its cookie is kept."""
        body = None
        if method == "POST":
            body = json.dumps(members or {}).encode()
        elif members:
            path += "?" + urllib.parse.urlencode(members)
        status, found, answer = self.door.request(
            method, f"/api/{path}", body, self.headers(method, **headers))
        self.keep(found)
        return status, found, answer

    def keep(self, headers):
        """As a browser does with Set-Cookie."""
        for line in headers.get_all("Set-Cookie") or []:
            first, *rest = [part.strip() for part in line.split(";")]
            name, value = first.split("=", 1)
            same(name, COOKIE, line)
            show({"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <=
                 set(rest), line)
            self.cookie = None if "Max-Age=0" in rest else value

    def ask(self, method, path, members=None, **headers):
        """Status and JSON."""
        status, found, answer = self.ask_raw(method, path, members, **headers)
        same(found["Content-Type"], "application/json", (path, answer))
        return status, json.loads(answer)

    def get(self, path, **members):
        return self.must("GET", path, members)

    def post(self, path, **members):
        return self.must("POST", path, members)

    def must(self, method, path, members):
        status, answer = self.ask(method, path, members)
        same(status, 200, f"{self.login} {method} {path} {members}: {answer}")
        return answer

    def refused(self, status, slug, method, path, members=None, **headers):
        found, answer = self.ask(method, path, members, **headers)
        same((found, answer.get("error")), (status, slug),
             f"{self.login} {method} {path}: {answer}")
        return answer["message"]

    # ---- codes ----

    def code(self):
        """The code of now. If it has served, the server is made to forget
        that: else each login here would wait for half a minute."""
        step = int(time.time()) // 30
        if step <= self.step:
            self.door.forget_codes()
        self.step = step
        return totp(self.secret, step)

    # ---- coming in ----

    def set_up(self, url, password=PASSWORD, **first):
        link = self.door.link(url)
        invitation = self.get("session/invitation", link=link)
        self.secret = invitation["secret"]
        self.step = 0
        self.login = first.get("login", invitation["login"])
        return self.post("session/setup", link=link, password=password,
                         totp=self.code(), **first)

    def log_in(self, password=PASSWORD):
        return self.post("session/login", login=self.login,
                         password=password, totp=self.code())


def account(door, login, role, structures=None, name=None):
    """A new account, made at the shell, and its person logged in."""
    words = ["--structures", structures] if structures else []
    made = door.office.run("user", "add", login, "--name", name or login,
                           "--role", role, *words, "--json")
    visitor = Visitor(door)
    visitor.set_up(made["link"])
    return visitor
