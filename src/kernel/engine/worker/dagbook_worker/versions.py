"""The names of a notebook by version: `(run, name)` → the object, as that run left it.

Before a run the dictionary gets exactly the versions of the cell's place; a version whose object was changed in place since is
*spoiled* and nothing is run. After it, what the run bound and what it changed in place become its versions. Objects are never
copied, so aliases, closures and defaults are what they are in any Python program.
"""

import hashlib
import os

from .mentions import EVERYTHING, Reads, all_loads, mentions_of
from .walk import Pass, digest_of

_REARRANGED = frozenset(("pandas", "numpy"))


class Version:
    """A value as one run left it. `dirty`: it may have been changed since; `gone`: it never was what its place asks for."""

    __slots__ = ("value", "snapshot", "content", "digest", "dirty", "gone")

    def __init__(self, value, snapshot, content, gone=False):
        self.value = value
        self.snapshot = snapshot
        self.content = content
        self.digest = ""
        self.dirty = False
        self.gone = gone


class Place:
    """The world as it was checked out for one run."""

    __slots__ = ("names", "needs", "versions", "touched", "found", "spoiled", "before", "after")

    def __init__(self, names, needs):
        self.names = names
        self.needs = frozenset(needs)
        # name → Version, of all that is in the dictionary
        self.versions = {}
        # Names whose values the run may look up
        self.touched = set()
        self.found = set()
        self.spoiled = []
        # The Passes made before and after the run
        self.before = self.after = None

    def reached(self):
        """The code of functions that the run may call."""
        return [code for name in self.touched for code in self.versions[name].snapshot.codes]


class Versions:
    def __init__(self, objects, namespace):
        self._objects = objects
        self._namespace = namespace
        self._store = {}
        # (name, digest) → the run whose value was seen to share objects with versions of other runs
        self._shared = {}
        self._salts = 0
        self._process = os.urandom(4).hex()

    def drop(self, runs):
        """Lets go of what these runs made."""
        gone = set(runs)
        for key in [key for key in self._store if key[0] in gone]:
            del self._store[key]

    def check_out(self, checkout, code):
        """Sets the dictionary to the names of `checkout` for a run of `code` (None: a cell without Python). See `spoiled`."""
        place = Place(checkout["names"], checkout["needs"])
        for name, run in place.names.items():
            version = self._store.get((run, name))
            if version is not None and not version.gone:
                place.versions[name] = version
        self._namespace.set({name: version.value for name, version in place.versions.items()})
        looks = place.before = Pass(self._objects)
        snapshots = {}

        def snapshot(name):
            if name not in snapshots:
                version = place.versions.get(name)
                snapshots[name] = None if version is None else looks.snapshot(version.value)
            return snapshots[name]

        def reached(name):
            found = snapshot(name)
            return () if found is None else set().union(*map(all_loads, found.codes))

        if code is not None:
            reads = Reads(code.filename, reached)
            reads.visit(code.tree.body)
            place.found = reads.found
        if EVERYTHING in place.found:
            place.found |= set(place.names)
        asked = (place.found | place.needs) & place.names.keys()
        place.touched = asked & place.versions.keys()
        place.spoiled = sorted(
            name for name in asked if not self._is_intact(place.versions.get(name), snapshot(name))
        )
        return place

    def look_again(self, place):
        """After a run: what is opaque is consumed, and from now on everything is looked at as it is."""
        self._consume(place)
        place.after = Pass(self._objects)

    def record(self, run, place, code, elsewhere):
        """After a run that went well: makes its versions. `elsewhere`: the ids of objects that it changed and that no name that it
        mentions leads to. Gives the fields of the outcome that tell of names."""
        now = self._namespace.user()
        stored = set()
        for part in () if code is None else code.parts:
            stored |= mentions_of(part).stores
        bound = {
            name
            for name, value in now.items()
            if name in stored
            or name not in place.versions
            or place.versions[name].value is not value
        }
        deletes = sorted(place.versions.keys() - now.keys())
        later = place.after
        changed = set(elsewhere)
        for name in place.touched:
            changed |= place.versions[name].snapshot.changes(later)
        made = {name: self._version(now[name], later) for name in bound}
        for name in bound & place.versions.keys() - place.touched:
            old = place.versions[name]
            # It may have been bound, but was not: what passes through was not looked at before.
            made[name].gone = old.dirty and old.value is now[name]
        for name in now.keys() - bound:
            version = place.versions[name]
            if changed.isdisjoint(version.snapshot.reach):
                continue
            snapshot = later.snapshot(version.value)
            if self._only_rearranged(version, snapshot):
                version.snapshot = snapshot
                continue
            unknown = version.dirty and name not in place.touched
            made[name] = Version(
                version.value, snapshot, self._content(version.value), gone=unknown
            )
        if changed:
            self._mark_dirty(changed)
        shares = self._shares(place, now, made)
        writes = self._file(run, place, made)
        reads = self._unforeseen(place, made.keys() - bound)
        return {"writes": writes, "deletes": deletes, "reads": reads, "shares": shares}

    def abandon(self, place, elsewhere):
        """After a run that failed or was interrupted: what it could reach may be changed."""
        touched = set().union(*(place.versions[name].snapshot.reach for name in place.touched))
        self._mark_dirty(touched | elsewhere)
        return self._unforeseen(place, frozenset())

    def _is_intact(self, version, snapshot):
        if version is None:
            return False
        if version.snapshot.same(snapshot):
            version.dirty = False
            return True
        if self._only_rearranged(version, snapshot):
            version.snapshot = snapshot
            version.dirty = False
            return True
        return False

    def _only_rearranged(self, version, snapshot):
        """Whether arrays and frames differ in nothing but how a library keeps them in memory."""
        return (
            all(
                type(item).__module__.partition(".")[0] in _REARRANGED
                for item in version.snapshot.differences(snapshot)
            )
            and self._content(version.value) == version.content
        )

    def _consume(self, place):
        seen = set()
        for name in place.touched:
            for item in place.versions[name].snapshot.opaque:
                if id(item) not in seen:
                    seen.add(id(item))
                    self._objects.stamps.renew(item)
        self._objects.stamps.prune()

    def _mark_dirty(self, ids):
        for version in self._store.values():
            if not version.dirty and not ids.isdisjoint(version.snapshot.reach):
                version.dirty = True

    def _version(self, value, looks):
        return Version(value, looks.snapshot(value), self._content(value))

    def _content(self, value):
        return digest_of(self._objects, value)

    def _unforeseen(self, place, changed):
        """Names that the run may have looked up, or has changed, though nobody asked for them."""
        names = (place.found | changed) - place.needs - {EVERYTHING}
        return sorted(
            name for name in names if name in place.names or not self._namespace.has_own(name)
        )

    def _shares(self, place, now, made):
        """Which new versions share objects with which names that are there now."""
        there = {name: place.versions[name] for name in now if name in place.versions} | made
        shares = []
        for name in sorted(made):
            reach = made[name].snapshot.reach
            found = [
                other
                for other, version in there.items()
                if other != name and not reach.isdisjoint(version.snapshot.reach)
            ]
            if found:
                shares.append({"name": name, "with": sorted(found)})
            for other in found:
                if other not in made:
                    self._shared[(other, there[other].digest)] = place.names[other]
        return shares

    def _file(self, run, place, made):
        """Puts new versions into the store and gives their names with digests."""
        known = {name: place.versions[name] for name in place.touched} | made
        writes = []
        for name in sorted(made):
            version = made[name]
            version.digest = self._digest(name, version, known)
            self._store[(run, name)] = version
            writes.append({"name": name, "digest": version.digest})
        return writes

    def _digest(self, name, version, known):
        """The content, and where it shares objects with what else the run saw: later changes of one are changes of the other."""
        digest = hashlib.blake2b(version.content.content, digest_size=16)
        numbers = None
        for other in sorted(known):
            theirs = known[other].snapshot
            if other == name or theirs.reach.isdisjoint(version.snapshot.reach):
                continue
            if numbers is None:
                numbers = {key: number for number, key in enumerate(version.snapshot.parts)}
            pairs = [
                (numbers[key], number) for number, key in enumerate(theirs.parts) if key in numbers
            ]
            digest.update(repr((other, pairs)).encode("utf-8", "backslashreplace"))
        text = digest.hexdigest()
        if version.gone:
            return self._salted(text)
        if version.content.stamps:
            text += "~" + version.content.stamps.hex()
        before = self._shared.get((name, text))
        if before is not None:
            # Equal, but not the objects that others hold: whoever shared them has to run again.
            held = self._store.get((before, name))
            if held is None or held.value is not version.value:
                return self._salted(text)
        return text

    def _salted(self, text):
        self._salts += 1
        return f"{text.partition('~')[0]}~{self._process}{self._salts}"
