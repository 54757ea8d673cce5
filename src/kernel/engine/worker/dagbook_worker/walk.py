"""Walking what can be reached from a value: to compare it with itself later, and to name its content by a digest."""

import hashlib

from .parts import Part, Stamp, hashed


class Snapshot:
    """Everything that could be reached from one value at one moment. It holds these objects, so their ids stay theirs."""

    __slots__ = ("value", "parts", "reach", "codes", "opaque")

    def __init__(self, value, parts, objects, codes, opaque):
        self.value = value
        # id → (object, Part), in the order of the walk
        self.parts = parts
        self.reach = objects
        self.codes = codes
        self.opaque = opaque

    def changes(self, later):
        """The ids of objects that were changed in place since; `later` is a pass made later."""
        changed = set()
        for key, (item, part) in self.parts.items():
            now = later.look(item)
            if not part.same(now):
                changed.add(key)
                for bulk in (part.bulk, now.bulk):
                    if bulk is not None:
                        changed |= bulk
        return changed

    def same(self, other):
        """Whether two snapshots of one value show the same objects with the same contents."""
        return len(self.parts) == len(other.parts) and all(
            one == another and self.parts[one][1].same(other.parts[another][1])
            for one, another in zip(self.parts, other.parts)
        )

    def differences(self, other):
        """The objects in which two snapshots of one value differ."""
        for mine, theirs in ((self.parts, other.parts), (other.parts, self.parts)):
            for key, (item, part) in mine.items():
                if key not in theirs or not part.same(theirs[key][1]):
                    yield item


class Pass:
    """One look at many values at one moment: no object is read twice."""

    def __init__(self, objects):
        self._objects = objects
        self._looked = {}

    def look(self, item):
        """The Part of `item`, or bytes if it is an atom."""
        known = self._looked.get(id(item))
        if known is None:
            # The item is held, so that its id is not given to another object during this pass.
            known = self._looked[id(item)] = (item, self._objects.look(item))
        return known[1]

    def snapshot(self, value):
        """Walks from `value` through everything in it."""
        look, looked = self.look, self._looked
        parts, codes, opaque = {}, [], []
        reach = set()
        stack = [value]
        while stack:
            item = stack.pop()
            key = id(item)
            if key in parts:
                continue
            part = look(item)
            if type(part) is not Part:
                continue
            parts[key] = looked[key]
            reach.add(key)
            if part.bulk is not None:
                reach |= part.bulk
            if part.code is not None:
                codes.append(part.code)
            if part.opaque:
                opaque.append(item)
            stack.extend(reversed(part.links))
            stack.extend(reversed(part.children))
        return Snapshot(value, parts, frozenset(reach), codes, opaque)


class Digest:
    """`content`: the same in every process for equal content and equal sharing inside. `stamps`: b"" or, where something could
    not be read, what tells one state of it from every other.
    """

    __slots__ = ("content", "stamps")

    def __init__(self, content, stamps):
        self.content = content
        self.stamps = stamps

    def __eq__(self, other):
        return self.content == other.content and self.stamps == other.stamps


def digest_of(objects, value, active=()):
    """The Digest of a value."""
    digest = hashlib.blake2b(digest_size=16)
    look = objects.look
    seen = dict.fromkeys(active, -1)
    held, stamps = [], []
    stack = [value]
    while stack:
        item = stack.pop()
        number = seen.get(id(item))
        if number is not None:
            digest.update(b"@%d;" % number)
            continue
        part = look(item)
        if type(part) is Stamp:
            stamps.append(part)
            part = type(item).__qualname__.encode()
        if type(part) is not Part:
            digest.update(b"=%d;" % len(part))
            digest.update(part)
            continue
        seen[id(item)] = len(held)
        held.append(item)
        header = part.header if part.content is None else part.content()
        if part.opaque:
            stamps.append(header)
            header = type(item).__qualname__.encode()
        digest.update(b"(%d,%d;" % (len(header), len(part.children)))
        digest.update(header)
        if part.unordered:
            inside = (*active, id(item))
            inner = [digest_of(objects, child, inside) for child in part.children]
            for one in sorted(inner, key=lambda found: found.content):
                digest.update(one.content)
                stamps.append(one.stamps)
        else:
            held.append(part.children)
            stack.extend(reversed(part.children))
    joined = b"".join(stamps)
    return Digest(digest.digest(), joined and hashed(joined))
