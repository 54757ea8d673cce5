"""What instances hold: their fields, and what a built-in type that they derive from holds, read past the class's own methods."""

import collections
import itertools
import marshal
import types

from .parts import FLAT


def is_exception(base):
    return base.__module__ == "builtins" and issubclass(base, BaseException)


def fields_of(value, kind):
    """The instance dictionary, read past anything that the class may define; None where there is none."""
    if kind.__dictoffset__ == 0 and not isinstance(value, types.SimpleNamespace):
        return None
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


def _deque_contents(value):
    return [collections.deque.maxlen.__get__(value), *collections.deque.__iter__(value)]


def _default_contents(value):
    items = dict.items(value)
    return [
        collections.defaultdict.default_factory.__get__(value),
        *itertools.chain.from_iterable(items),
    ]


def _set_contents(items):
    items = list(items)
    if set(map(type, items)) <= FLAT:
        items.sort(key=lambda item: marshal.dumps(item, 2))
    return items


# Built-in type → what an instance of a subclass holds besides its fields.
CONTENTS = {
    list: lambda o: list(list.__iter__(o)),
    collections.defaultdict: _default_contents,
    dict: lambda o: list(itertools.chain.from_iterable(dict.items(o))),
    collections.OrderedDict: lambda o: list(
        itertools.chain.from_iterable(collections.OrderedDict.items(o))
    ),
    collections.deque: _deque_contents,
    set: lambda o: _set_contents(set.__iter__(o)),
    frozenset: lambda o: _set_contents(frozenset.__iter__(o)),
    tuple: lambda o: list(tuple.__iter__(o)),
    str: lambda o: [str.__str__(o)],
    bytes: lambda o: [bytes.__getitem__(o, slice(None))],
    bytearray: lambda o: [bytes(memoryview(o))],
    int: lambda o: [int.__int__(o)],
    float: lambda o: [float.__float__(o)],
    complex: lambda o: [complex.__add__(o, 0)],
    types.SimpleNamespace: lambda o: [],
}
