"""Lists, dicts, tuples and sets as Parts."""

import itertools
import marshal

from .parts import FLAT, Part, hashed, mixed

_ROWS = 1000


def _list(value):
    if len(value) >= _ROWS:
        rows = _flat_rows(value)
        if rows is not None:
            header = b"list" + hashed(marshal.dumps(value, 2))
            return Part(
                header + hash(tuple(rows)).to_bytes(8, "little", signed=True),
                bulk=rows,
                content=lambda: header,
            )
    return mixed(b"list", value)


def _dict(value):
    if set(map(type, value)) <= FLAT and set(map(type, value.values())) <= FLAT:
        data = marshal.dumps(list(value.items()), 2)
        return Part(b"dict" + (data if len(data) < 64 else hashed(data)))
    return mixed(b"dict", list(itertools.chain.from_iterable(dict.items(value))))


def _tuple(value):
    if set(map(type, value)) <= FLAT:
        return b"tuple" + marshal.dumps(value, 2)
    return mixed(b"tuple", value)


def _set(value):
    tag = b"set" if type(value) is set else b"frozenset"
    items = list(value)
    if set(map(type, items)) <= FLAT:
        header = tag + hashed(b"".join(sorted(marshal.dumps(item, 2) for item in items)))
        return Part(header) if type(value) is set else header
    return Part(tag + b"%d:" % len(items), items, unordered=True)


def _flat_rows(value):
    """The ids of the lists and dicts in a long list of plain rows, each a different one; None: it is not such a list."""
    kinds = set(map(type, value))
    if not kinds <= {list, tuple, dict} or not kinds:
        return None
    rows = [row for row in value if type(row) is not tuple]
    ids = set(map(id, rows))
    if len(ids) != len(rows):
        return None
    inside = set()
    for row in value:
        inside.update(map(type, row))
        if type(row) is dict:
            inside.update(map(type, row.values()))
    return ids if inside <= FLAT else None


CONTAINERS = {list: _list, dict: _dict, tuple: _tuple, set: _set, frozenset: _set}
