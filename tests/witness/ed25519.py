"""Ed25519 as RFC 8032 tells it, on whole numbers alone."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x * y = T/Z.
def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def equal(p, q):
    return ((p[0] * q[2] - q[0] * p[2]) % P == 0
            and (p[1] * q[2] - q[1] * p[2]) % P == 0)


def x_of(y, sign):
    """The x of that y and sign, or None."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if (x & 1) != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def pack(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpack(data):
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    x = x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def hash_number(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


def expand(secret):
    digest = hashlib.sha512(secret).digest()
    number = int.from_bytes(digest[:32], "little")
    return (number & (2**254 - 8)) | 2**254, digest[32:]


def public_key(secret):
    return pack(multiply(expand(secret)[0], BASE))


def sign(secret, message):
    number, prefix = expand(secret)
    public = pack(multiply(number, BASE))
    nonce = hash_number(prefix + message)
    start = pack(multiply(nonce, BASE))
    end = (nonce + hash_number(start + public + message) * number) % ORDER
    return start + end.to_bytes(32, "little")


def verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, start = unpack(public), unpack(signature[:32])
    end = int.from_bytes(signature[32:], "little")
    if key is None or start is None or end >= ORDER:
        return False
    number = hash_number(signature[:32] + public + message)
    return equal(multiply(end, BASE), add(start, multiply(number, key)))
