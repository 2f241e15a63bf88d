"""Ed25519 (RFC 8032) in plain Python: for tests, slow, not constant-time."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1


def recover_x(y, sign):
    """The x of a point from its y, or None when there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


# Points are (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z.
BASE_Y = 4 * pow(5, -1, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)
ZERO = (0, 1, 1, 0)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    total = ZERO
    while scalar > 0:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def same(p, q):
    return ((p[0] * q[2] - q[0] * p[2]) % P == 0 and
            (p[1] * q[2] - q[1] * p[2]) % P == 0)


def compress(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def expand(data):
    """The point of 32 bytes, or None."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def digest(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def secrets_of(seed):
    """The secret scalar and the prefix of nonces."""
    half = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(half[:32], "little")
    return scalar & (2**254 - 8) | 2**254, half[32:]


def public(seed):
    return compress(multiply(secrets_of(seed)[0], BASE))


def sign(seed, message):
    scalar, prefix = secrets_of(seed)
    pub = compress(multiply(scalar, BASE))
    nonce = digest(prefix, message) % ORDER
    point = compress(multiply(nonce, BASE))
    total = (nonce + digest(point, pub, message) * scalar) % ORDER
    return point + total.to_bytes(32, "little")


def verify(pub, message, sig):
    if len(pub) != 32 or len(sig) != 64:
        return False
    key, point = expand(pub), expand(sig[:32])
    total = int.from_bytes(sig[32:], "little")
    if key is None or point is None or total >= ORDER:
        return False
    wanted = add(point, multiply(digest(sig[:32], pub, message) % ORDER, key))
    return same(multiply(total, BASE), wanted)
