"""The words in which objects are described: parts, stamps, and the plain values that need neither."""

import hashlib
import marshal
import os
import sys

# Types whose values marshal writes the same way every time, whatever their identity.
FLAT = frozenset((type(None), bool, int, float, complex, str, bytes, type(...)))


class Part:
    """One object. `header` holds what it says itself, `children` what is in it, `links` what it may share memory with.

    `content`, if given, makes the header for digests (where the one for comparing in this process names memory). `bulk` are ids
    of objects inside that `header` covers and that are not looked at one by one. `unordered`: the children have no order.
    """

    __slots__ = ("header", "children", "links", "bulk", "content", "unordered", "opaque", "code")

    def __init__(self, header, children=(), links=(), bulk=None, content=None, unordered=False):
        self.header = header
        self.children = children
        self.links = links
        self.bulk = bulk
        self.content = content
        self.unordered = unordered
        self.opaque = False
        self.code = None

    def same(self, other):
        """Whether nothing was changed in place between the two looks at one object."""
        if self.header != other.header:
            return False
        if self.opaque:
            return True
        return _identical(self.children, other.children) and _identical(self.links, other.links)


def _identical(one, other):
    return len(one) == len(other) and all(a is b for a, b in zip(one, other))


def hashed(data):
    return hashlib.blake2b(data, digest_size=16).digest()


def worded(text):
    """A text as bytes that say where they end."""
    data = text.encode("utf-8", "backslashreplace")
    return b"%d:" % len(data) + data


def mixed(tag, values):
    """A Part of values in order; plain ones are in the header."""
    if set(map(type, values)) <= FLAT:
        data = marshal.dumps(list(values), 2)
        return Part(tag + (data if len(data) < 64 else hashed(data)))
    pieces, children = [tag, b"%d:" % len(values)], []
    for value in values:
        if type(value) in FLAT:
            pieces.append(marshal.dumps(value, 2))
        else:
            pieces.append(b"\0")
            children.append(value)
    return Part(b"".join(pieces), children)


class Stamp(bytes):
    """The atom of something immutable whose content is not read: a frame of Spark, Arrow or polars."""


class Stamps:
    """Numbers for what cannot be read. Unique among all processes: equal stamps mean the very same state."""

    def __init__(self):
        self._process = os.urandom(6)
        self._next = 0
        self._known = {}

    def of(self, value):
        known = self._known.get(id(value))
        return self.renew(value) if known is None else known[1]

    def renew(self, value):
        self._next += 1
        stamp = b"#" + self._process + self._next.to_bytes(6, "little")
        self._known[id(value)] = (value, stamp)
        return stamp

    def prune(self):
        """Lets go of what nobody else holds."""
        for key, entry in list(self._known.items()):
            if sys.getrefcount(entry[0]) <= 2:
                del self._known[key]
            del entry
