"""Passes values from one task of a job to another.

`give` stores values right after the cell that makes them, once, in a folder of this run, task and
attempt, beside a manifest that says what they are. Only the manifest's path travels, as a task
value. `take` reads them again. Nothing is ever overwritten, so a repaired run reads exactly what
the failed one read. How a value is stored follows from its own type, and is tried at once:

- nothing, truth values, numbers, texts, and lists and dictionaries of them: JSON, in the manifest;
- a pandas frame: Parquet, if it comes back exactly the same;
- a Spark frame: Parquet files, read as a frame again;
- everything else, and names that share an object: pickle. Functions and classes of the notebook are
  stored as names in it: every task that needs them defines them itself. Arrays that share memory (a
  frame and its column) share it again.
"""

import contextlib
import hashlib
import io
import json
import os
import pickle
import platform
import re
import sys
import types

INLINE_LIMIT = 48 * 1024
ATOMS = (type(None), bool, int, float, complex, str, bytes, type, types.ModuleType)
ATOMS += (types.FunctionType, types.BuiltinFunctionType)


class HandoverError(Exception):
    """A value that could not be passed on, or not be taken over: which, from which cell, why."""


def give(scope, cell, names, changing=()):
    """Stores the values that `names` have in `scope` now, right after `cell`.

    `changing`: names whose objects a later cell changes in place. They may share objects, or the
    memory of arrays; such names cross as one.
    """
    dbutils = scope["dbutils"]
    where = {key: dbutils.widgets.get("dagbook_" + key) for key in ("run", "task", "attempt")}
    folder = _new_folder(dbutils.widgets.get("dagbook_handover"), [*where.values(), cell])
    entries = [{"names": [name], "codec": "absent"} for name in names if name not in scope]
    values = {name: scope[name] for name in names if name in scope}
    changing = [name for name in changing if name in values]
    pairs = _pairs_that_share_memory({name: values[name] for name in changing}, scope)
    for number, group in enumerate(_group(values, scope, cell, pairs)):
        file = os.path.join(folder, "%d_%s" % (number, _plain(group[0])))
        kinds = {name: _kind(values[name]) for name in group}
        inside = [pair for pair in pairs if pair[0] in group]
        entry = _store({name: values[name] for name in group}, file, scope, cell, inside)
        entries.append({"names": group, "types": kinds, **entry})
    manifest = {**where, "cell": cell, "versions": _versions(), "values": entries}
    path = os.path.join(folder, "manifest.json")
    with open(path, "x", encoding="utf-8") as out:
        json.dump(manifest, out, indent=1)
    dbutils.jobs.taskValues.set(key=cell, value=path)


def take(scope, task, cell, names):
    """Gives `names` in `scope` the values that `task` stored right after `cell`."""
    path = scope["dbutils"].jobs.taskValues.get(taskKey=task, key=cell)
    try:
        with open(path, encoding="utf-8") as manifest_file:
            manifest = json.load(manifest_file)
    except (OSError, TypeError, ValueError) as error:
        raise HandoverError("The values of cell `%s` are gone: %s." % (cell, error)) from error
    for entry in manifest["values"]:
        wanted = [name for name in entry["names"] if name in names]
        if not wanted:
            continue
        if entry["codec"] == "absent":
            scope.pop(wanted[0], None)
            continue
        try:
            loaded = _load(entry, os.path.dirname(path), scope)
        except Exception as error:
            made = ", ".join("%s %s" % each for each in manifest["versions"].items())
            reason = "%s. It was stored with %s." % (error, made)
            raise HandoverError(_sentence(wanted, cell, "taken over", reason)) from error
        for name in wanted:
            scope[name] = loaded[name]


def notebook_runner(dbutils, folder):
    """`dbutils.notebook.run` for code of a notebook in `folder`: relative paths start from there."""
    source = dbutils.widgets.get("dagbook_source")

    def run(path, timeout_seconds=0, arguments=None):
        if not path.startswith("/"):
            path = os.path.normpath(os.path.join(source, folder, path))
        return dbutils.notebook.run(path, timeout_seconds, arguments or {})

    return run


@contextlib.contextmanager
def showing(cell):
    """Runs what only shows something: if it fails, that is told, and nothing else happens."""
    try:
        yield
    except Exception as error:
        print("`%s` could not be shown: %s: %s" % (cell, type(error).__name__, error))


# Storing and loading one group of names


def _store(values, file, scope, cell, sharing=()):
    for name, value in values.items():
        if _name_in(scope, value) == name:
            raise HandoverError(_sentence([name], cell, "passed on", "it is code of the notebook."))
    only = next(iter(values.values())) if len(values) == 1 else None
    if len(values) == 1 and _is_exact_json(only):
        text = json.dumps(only)
        if len(text) <= INLINE_LIMIT:
            return {"codec": "json", "value": only}
        return _write(file + ".json", text.encode("utf-8"), "json")
    try:
        if len(values) == 1 and _is_spark_frame(only):
            only.write.parquet(file + ".spark")
            schema = only.schema.json()
            return {"codec": "spark", "file": os.path.basename(file + ".spark"), "schema": schema}
        parquet = _exact_parquet(only) if len(values) == 1 else None
        if parquet is not None:
            return _write(file + ".parquet", parquet, "parquet")
        parts = {}
        data = _pickle({"values": values}, scope, parts)
        if _has_views(parts):
            whole = {"values": values, "columns": _cached_columns(parts)}
            data = _pickle(whole, scope, views=True)
        copy = _load_pickle(data, scope)
        if sharing and _pairs_that_share_memory(copy, scope) != _pairs_that_share_memory(values, scope):
            raise TypeError("they share memory, and a later cell changes it")
        for name, value in values.items():
            if type(copy[name]) is not type(value):
                raise TypeError("it comes back as %s" % _kind(copy[name]))
        return _write(file + ".pickle", data, "pickle")
    except Exception as error:
        reason = "%s: %s" % (type(error).__name__, error)
        raise HandoverError(_sentence(list(values), cell, "passed on", reason)) from error


def _load(entry, folder, scope):
    names = entry["names"]
    if "value" in entry:
        return {names[0]: entry["value"]}
    path = os.path.join(folder, entry["file"])
    if entry["codec"] == "spark":
        from pyspark.sql.types import StructType

        schema = StructType.fromJson(json.loads(entry["schema"]))
        return {names[0]: scope["spark"].read.schema(schema).parquet(path)}
    with open(path, "rb") as stored:
        data = stored.read()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ValueError("its file is damaged")
    if entry["codec"] == "json":
        return {names[0]: json.loads(data)}
    if entry["codec"] == "parquet":
        return {names[0]: _read_parquet(data)}
    return _load_pickle(data, scope)


def _write(path, data, codec):
    with open(path, "xb") as out:
        out.write(data)
    digest = hashlib.sha256(data).hexdigest()
    return {"codec": codec, "file": os.path.basename(path), "size": len(data), "sha256": digest}


def _new_folder(root, parts):
    path = os.path.join(root, *(_plain(part) for part in parts))
    for number in range(1, 1000):
        folder = path if number == 1 else "%s.%d" % (path, number)
        with contextlib.suppress(FileExistsError):
            os.makedirs(folder)
            return folder
    raise HandoverError("The folder %s cannot be made." % path)


def _plain(text):
    return re.sub(r"[^\w.-]", "_", str(text))


def _kind(value):
    return "%s.%s" % (type(value).__module__, type(value).__qualname__)


def _sentence(names, cell, verb, reason):
    what = ", ".join("`%s`" % name for name in names)
    return "%s of cell `%s` cannot be %s: %s" % (what, cell, verb, reason)


def _versions():
    packages = ("cloudpickle", "numpy", "pandas", "pyarrow", "pyspark")
    found = {name: getattr(sys.modules.get(name), "__version__", None) for name in packages}
    return {"python": platform.python_version(), **{k: v for k, v in found.items() if v}}


# Which names go together


def _group(values, scope, cell, pairs=()):
    """Names in groups that share no object, each in the order of `values`; `pairs` stay together."""
    reached = {}
    groups = []
    for name, value in values.items():
        try:
            parts = _parts(value, scope)
        except Exception as error:
            reason = "%s: %s" % (type(error).__name__, error)
            raise HandoverError(_sentence([name], cell, "passed on", reason)) from error
        reached[name] = parts
        common = [n for n in reached if parts.keys() & reached[n].keys()]
        common += [n for n in reached if (n, name) in pairs or (name, n) in pairs]
        sharing = [group for group in groups if any(n in common for n in group)]
        groups = [group for group in groups if group not in sharing]
        groups.append([n for n in values if n == name or any(n in group for group in sharing)])
    return groups


def _parts(value, scope):
    """Every object that can be reached from a value and changed, by id.

    The objects are kept, so that no id is used twice.
    """
    if _is_spark_frame(value):
        return {}
    if _is_exact_json(value):
        found = {}
        _walk_json(value, found)
        return found
    if _is_pandas_frame(value) and not any(dtype == object for dtype in value.dtypes):
        return {id(value): value}
    found = {}
    _pickle(value, scope, found)
    return {key: part for key, part in found.items() if not isinstance(part, (*ATOMS, tuple))}


def _pairs_that_share_memory(values, scope):
    """Pairs of names whose arrays overlap without being one object."""
    numpy = sys.modules.get("numpy")
    if numpy is None or len(values) < 2:
        return []
    arrays = {}
    for name, value in values.items():
        found = {}
        with contextlib.suppress(Exception):
            _pickle(value, scope, found)
        arrays[name] = [part for part in found.values() if isinstance(part, numpy.ndarray)]
    return [
        (a, b)
        for a in arrays
        for b in arrays
        if a < b and any(_overlap(numpy, x, y) for x in arrays[a] for y in arrays[b] if x is not y)
    ]


def _overlap(numpy, one, other):
    try:
        return numpy.shares_memory(one, other, max_work=10000)
    except Exception:
        return True


def _walk_json(value, found):
    if isinstance(value, (list, dict)):
        found[id(value)] = value
        for part in value.values() if isinstance(value, dict) else value:
            _walk_json(part, found)


# JSON


def _is_exact_json(value, inside=None):
    """Whether JSON gives back the very same value: these types, nothing that is met twice."""
    if value is None or type(value) in (bool, int):
        return True
    if type(value) is float:
        return value - value == 0
    if type(value) is str:
        return not any("\ud800" <= char <= "\udfff" for char in value)
    if type(value) not in (list, dict):
        return False
    inside = set() if inside is None else inside
    if id(value) in inside:
        return False
    inside.add(id(value))
    if type(value) is list:
        return all(_is_exact_json(part, inside) for part in value)
    keys = all(type(key) is str and _is_exact_json(key) for key in value)
    return keys and all(_is_exact_json(part, inside) for part in value.values())


# Frames


def _is_pandas_frame(value):
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(value) is pandas.DataFrame


def _is_spark_frame(value):
    return type(value).__name__ == "DataFrame" and type(value).__module__.startswith("pyspark.sql")


def _exact_parquet(value):
    """The frame as Parquet, or None if it would not come back the same."""
    if not _is_pandas_frame(value) or value.attrs:
        return None
    try:
        out = io.BytesIO()
        value.to_parquet(out, engine="pyarrow")
        data = out.getvalue()
        return data if _same_frame(value, _read_parquet(data)) else None
    except Exception:
        return None


def _read_parquet(data):
    import pandas

    return pandas.read_parquet(io.BytesIO(data), engine="pyarrow")


def _same_frame(frame, copy):
    import pandas

    strict = {"check_exact": True, "check_index_type": True, "check_column_type": True}
    try:
        pandas.testing.assert_frame_equal(frame, copy, check_freq=True, check_flags=True, **strict)
    except AssertionError:
        return False
    if type(frame.index) is not type(copy.index) or type(frame.columns) is not type(copy.columns):
        return False
    for position, dtype in enumerate(frame.dtypes):
        if dtype == object:
            pairs = zip(frame.iloc[:, position], copy.iloc[:, position])
            if not all(type(a) is type(b) and isinstance(a, ATOMS) for a, b in pairs):
                return False
    labels = [*frame.columns, *(frame.index if frame.index.dtype == object else ())]
    same = [*copy.columns, *(copy.index if copy.index.dtype == object else ())]
    return all(type(a) is type(b) for a, b in zip(labels, same))


# Pickle


def _pickler_class():
    for name in ("cloudpickle", "pyspark.cloudpickle"):
        try:
            return __import__(name, fromlist=["Pickler"]).Pickler
        except ImportError:
            continue
    return pickle.Pickler


def _pickle(value, scope, found=None, views=False):
    base = _pickler_class()

    class Pickler(base):
        def reducer_override(self, part):
            if views and type(part).__name__ == "ndarray":
                view = _as_view(part)
                if view is not None:
                    return view
            return base.reducer_override(self, part) if hasattr(base, "reducer_override") else NotImplemented

        def persistent_id(self, part):
            name = _name_in(scope, part)
            if name is None and found is not None:
                found[id(part)] = part
            return name

    out = io.BytesIO()
    Pickler(out, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return out.getvalue()


def _as_view(array):
    """How to make an array again as a view of the one that owns its memory; None if it is no view."""
    numpy = sys.modules["numpy"]
    owner = array
    while type(owner.base) is numpy.ndarray:
        owner = owner.base
    if owner is array or array.size == 0 or not owner.flags.forc:
        return None
    if owner.dtype.hasobject and owner.dtype != array.dtype:
        return None
    start = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    return _view, (owner, array.shape, array.dtype, start, array.strides, array.flags.writeable)


def _view(owner, shape, dtype, start, strides, writeable):
    import numpy

    if dtype.hasobject:
        # Objects have no buffer: the view begins at an element of the owner, in its order in memory.
        rest = owner.ravel(order="K")[start // dtype.itemsize :]
        view = numpy.lib.stride_tricks.as_strided(rest, shape, strides)
    else:
        view = numpy.ndarray(shape, dtype, owner, start, strides)
    if not writeable:
        view.flags.writeable = False
    return view


def _has_views(parts):
    """Whether some of the arrays lie in one piece of memory."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return False
    arrays = [part for part in parts.values() if isinstance(part, numpy.ndarray) and part.size]
    ranges = sorted(map(_range_in_memory, arrays))
    return any(one[1] > other[0] for one, other in zip(ranges, ranges[1:]))


def _range_in_memory(array):
    start = end = array.__array_interface__["data"][0]
    for count, stride in zip(array.shape, array.strides):
        start, end = (start, end + (count - 1) * stride) if stride > 0 else (start + (count - 1) * stride, end)
    return start, end + array.itemsize


def _unpickle(data, scope):
    class Unpickler(pickle.Unpickler):
        def persistent_load(self, name):
            value = _find(scope, name)
            if value is None:
                raise NameError("`%s` is not defined in this task" % name)
            return value

    return Unpickler(io.BytesIO(data)).load()


def _cached_columns(parts):
    """Columns that pandas keeps with their frames: a change of one is a change of the other."""
    found = []
    for part in parts.values():
        if type(part).__name__ != "Series" or not type(part).__module__.startswith("pandas."):
            continue
        column, frame = part.__dict__.get("_cacher") or (None, lambda: None)
        if id(frame()) in parts:
            found.append((part, column, frame()))
    return found


def _load_pickle(data, scope):
    whole = _unpickle(data, scope)
    for series, column, frame in whole.get("columns", ()):
        frame._item_cache[column] = series
        series._set_as_cached(column, frame)
    return whole["values"]


def _name_in(scope, part):
    """The name of a function or class that the notebook itself defines, else None."""
    if not isinstance(part, (type, types.FunctionType)):
        return None
    if part.__module__ != scope.get("__name__"):
        return None
    return part.__qualname__ if _find(scope, part.__qualname__) is part else None


def _find(scope, name):
    first, *rest = name.split(".")
    value = scope.get(first)
    for part in rest:
        value = getattr(value, part, None)
    return value
