#!/usr/bin/env python3
"""Verify an Open Badges 3.0 credential in a JSON Web Token, from the standard
library alone, as somebody would who has never seen Pointeau: the issuer's
did:jwk holds the key, the payload is the credential (Open Badges 3.0, 8.2),
the registered claims say the same as its members.

Usage: badge.py TOKEN-FILE [PUBLIC-KEY-HEX]. Prints the payload; status 1 and
why on standard error when it does not hold.
"""

import base64
import json
import sys

import ed25519

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def unbase64url(text):
    if "=" in text or set(text) & set("+/"):
        raise ValueError("no base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member twice")
    return dict(pairs)


def read_json(data):
    return json.loads(data.decode("utf-8"), object_pairs_hook=unique)


def key_of(issuer):
    if not issuer.startswith("did:jwk:"):
        raise ValueError("issuer is no did:jwk")
    jwk = read_json(unbase64url(issuer[len("did:jwk:"):]))
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise ValueError("no Ed25519 key")
    if "d" in jwk:
        raise ValueError("the private key is in it")
    return unbase64url(jwk["x"])


def need(good, what):
    if not good:
        raise ValueError(what)


def check_credential(it):
    need(it["@context"] == CONTEXTS, "contexts")
    need(it["type"] == ["VerifiableCredential", "OpenBadgeCredential"], "type")
    need(it["iss"] == it["issuer"]["id"], "iss is not the issuer")
    need(it["jti"] == it["id"], "jti is not the id")
    subject = it["credentialSubject"]
    need(it["sub"] == subject["id"], "sub is not the subject")
    need(subject["id"].startswith("urn:uuid:"), "subject has a name")
    need(isinstance(it["nbf"], int), "nbf")
    need(it["validFrom"].endswith("T00:00:00Z"), "validFrom")
    need(it["issuer"]["name"] and it["awardedDate"], "issuer, awardedDate")
    achievement = subject["achievement"]
    need(achievement["type"] == ["Achievement"], "achievement")
    for name in ("id", "name", "description"):
        need(achievement[name], name)
    need(achievement["criteria"]["narrative"], "criteria")
    scale = achievement["resultDescription"][0]["id"]
    need(subject["result"][0]["resultDescription"] == scale, "result")


def verify(token, expected=None):
    head, payload, signature = token.split(".")
    header = read_json(unbase64url(head))
    need(header["alg"] == "EdDSA" and header["typ"] == "JWT", "header")
    it = read_json(unbase64url(payload))
    key = key_of(it["issuer"]["id"])
    need(header["kid"] == it["issuer"]["id"] + "#0", "kid")
    need(expected is None or key == expected, "another server's key")
    need(ed25519.verify(key, f"{head}.{payload}".encode(),
                        unbase64url(signature)), "signature")
    check_credential(it)
    return it


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        token = file.read().strip()
    expected = bytes.fromhex(sys.argv[2]) if len(sys.argv) > 2 else None
    try:
        print(json.dumps(verify(token, expected), ensure_ascii=False))
    except (ValueError, KeyError, TypeError, IndexError) as why:
        sys.exit(f"{sys.argv[1]}: {why}")


if __name__ == "__main__":
    main()
