"""The page of `pointeau run`, asked as its own script asks: see s405."""

import http.client
import json
import urllib.parse

from stage import WAIT_S, ends, same, show


class Page:
    """`pointeau run` on a laptop's directory."""

    def __init__(self, laptop, *words, sync=False):
        self.laptop = laptop
        self.launched = laptop.launch(
            "run", "--json", *(() if sync else ("--no-sync",)), *words)
        self.process, self.out = self.launched[1], self.launched[2]
        url = json.loads(self.first_line())["url"]
        self.origin, self.token = url.split("/#t=")
        self.port = int(self.origin.rsplit(":", 1)[1])

    def first_line(self):
        """It comes before anything ends: it was flushed."""
        while True:
            self.out.seek(0)
            line = self.out.readline()
            if line.endswith(b"\n"):
                return line
            if self.process.poll() is not None:
                self.laptop.finish(self.launched)
                show(False, "no page", self.laptop.err)

    def headers(self, method, **changed):
        """Those of the page's own script; None takes one away."""
        headers = {"Host": f"127.0.0.1:{self.port}",
                   "Authorization": f"Bearer {self.token}",
                   "Sec-Fetch-Site": "same-origin",
                   "Accept-Language": "fr"}
        if method == "POST":
            headers["Origin"] = self.origin
            headers["Content-Type"] = "application/json"
        headers.update({name.replace("_", "-"): value
                        for name, value in changed.items()})
        return {name: value for name, value in headers.items()
                if value is not None}

    def request(self, method, path, body=None, headers=None):
        """Status, headers, bytes."""
        link = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=WAIT_S)
        try:
            link.putrequest(method, path, skip_host=True,
                            skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                link.putheader(name, value)
            if body is not None:
                link.putheader("Content-Length", str(len(body)))
            link.endheaders(body)
            reply = link.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            link.close()

    def ask(self, method, path, members=None, **headers):
        """Status and JSON of a call."""
        body = None
        if method == "POST":
            body = json.dumps(members or {}).encode()
        elif members:
            path += "?" + urllib.parse.urlencode(members)
        status, found, answer = self.request(
            method, f"/api/{path}", body, self.headers(method, **headers))
        same(found["Content-Type"], "application/json", path)
        return status, json.loads(answer)

    def get(self, path, **members):
        """It must be answered."""
        return self.must("GET", path, members)

    def post(self, path, **members):
        return self.must("POST", path, members)

    def must(self, method, path, members):
        status, answer = self.ask(method, path, members)
        show(status == 200, f"{method} {path} {members} → {status}", answer)
        return answer

    def refuses(self, status, slug, method, path, members=None, **headers):
        found, answer = self.ask(method, path, members, **headers)
        same((found, answer.get("error")), (status, slug),
             f"{method} {path} {members} {headers}: {answer}")
        show(answer["message"].strip(), f"{path}: refused without a word")
        return answer["message"]

    def stop(self, signal_number, status):
        self.process.send_signal(signal_number)
        show(ends(self.process), "run does not stop")
        same(self.laptop.finish(self.launched), status, "run's end")
