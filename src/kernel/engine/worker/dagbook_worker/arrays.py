"""numpy arrays, pandas frames, series and indexes as Parts. Imported only where user code has loaded these libraries."""

import hashlib
import sys

from .instances import fields_of
from .parts import FLAT, Part, hashed, mixed

_MASKED_NOISE = frozenset(("_fill_value", "_sharedmask", "_basedict"))
_PANDAS_VALUES = frozenset(("Timestamp", "Timedelta", "Period", "Interval", "NaTType", "NAType"))


def numpy_reader(objects, kind):
    """How to look at a numpy type; None: like any other."""
    numpy = sys.modules["numpy"]
    if issubclass(kind, numpy.ndarray):
        return lambda o: _array(objects, o)
    if issubclass(kind, (numpy.generic, numpy.dtype)):
        return lambda o: f"{kind.__name__}:{o.dtype if hasattr(o, 'dtype') else o!r}:{o!r}".encode()
    if issubclass(kind, numpy.ufunc):
        return lambda o: f"ufunc {o.__name__}".encode()
    random = sys.modules.get("numpy.random")
    if random is None:
        return None
    if kind is random.Generator:
        return lambda o: mixed(b"Generator", (o.bit_generator,))
    if kind is random.RandomState:
        return lambda o: b"numpy.random" if o is random.mtrand._rand else _random_state(o)
    if issubclass(kind, random.BitGenerator):
        return lambda o: Part(b"bits" + hashed(repr(o.state).encode()))
    return None


def pandas_reader(objects, kind):
    """How to look at a pandas type; None: like any other."""
    pandas = sys.modules["pandas"]
    if issubclass(kind, (pandas.DataFrame, pandas.Series)):
        return lambda o: _frame(objects, o)
    if issubclass(kind, pandas.Index):
        return lambda o: Part(
            b"index" + repr(list(o.names)).encode(), content=lambda: _index_digest(objects, o)
        )
    if issubclass(kind, pandas.api.extensions.ExtensionArray):
        return lambda o: Part(
            f"array {id(o)}".encode(), links=_memory(o), content=lambda: _values_digest(objects, o)
        )
    if kind.__name__ in _PANDAS_VALUES or issubclass(
        kind, (pandas.api.extensions.ExtensionDtype, pandas.offsets.BaseOffset)
    ):
        return lambda o: f"{kind.__name__}:{o!r}".encode()
    return None


def _array(objects, array):
    numpy = sys.modules["numpy"]
    given = owner = array
    while isinstance(owner.base, numpy.ndarray):
        owner = owner.base
    links = [] if owner is array else [owner]
    meta = f"{type(array).__name__}{array.dtype.descr if array.dtype.names else array.dtype.str}{array.shape}"
    fields = [] if type(array) is numpy.ndarray else _array_fields(array)
    array = array.view(numpy.ndarray)
    header = meta.encode() + _bytes_digest(numpy, array)
    if not array.dtype.hasobject:
        return Part(header, fields, links)
    if array.dtype.names is not None:
        return objects.opaque(given)
    values = array.ravel().tolist()
    plain = set(map(type, values)) <= FLAT
    loose = [] if plain else [value for value in values if type(value) not in FLAT]

    def content():
        return meta.encode() + mixed(b"values", values).header

    return Part(header, [*loose, *fields], links, content=content)


def _array_fields(array):
    """What an array of a derived class holds besides its numbers: the mask of a masked one, whatever a class of the notebook adds."""
    numpy = sys.modules["numpy"]
    fields = fields_of(array, type(array)) or {}
    if isinstance(array, numpy.ma.MaskedArray):
        # Looking at a masked array may give it the fill value that it has anyway.
        fields = {name: value for name, value in fields.items() if name not in _MASKED_NOISE}
        filled = array.__dict__.get("_fill_value")
        default = numpy.ma.default_fill_value(array)
        fields["fill"] = str(default if filled is None else filled[()])
    elif isinstance(array, numpy.memmap):
        fields = {name: value for name, value in fields.items() if name != "_mmap"}
    return [item for pair in fields.items() for item in pair]


def _bytes_digest(numpy, array):
    """Hashes the memory. For an array of objects these are their addresses: fit to compare within this process only."""
    if array.dtype.hasobject or array.ndim == 0:
        return hashed(array.tobytes())
    plain = numpy.ascontiguousarray(array).view(numpy.ndarray).reshape(-1)
    if plain.size == 0:
        return b"empty"
    return hashlib.blake2b(plain.view(numpy.uint8).data, digest_size=16).digest()


def _random_state(state):
    return Part(b"RandomState" + hashed(repr(state.get_state(legacy=False)).encode()))


def _frame(objects, frame):
    manager = frame._mgr
    links, meta = [], [type(frame).__name__, frame.shape, dict(frame.attrs)]
    for block in manager.blocks:
        links.append(block.values)
        links += _memory(block.values)
        meta.append(block.mgr_locs.as_array.tolist())
    for axis in manager.axes:
        links.append(axis)
    if len(manager.axes) == 1:
        meta.append(repr(frame.name))
    header = b"frame" + hashed(repr(meta).encode("utf-8", "backslashreplace"))
    return Part(header, links=links, content=lambda: _frame_digest(objects, frame))


def _memory(values):
    """The numpy arrays behind the values of a block or an index."""
    numpy = sys.modules["numpy"]
    if isinstance(values, numpy.ndarray):
        return [values]
    found = []
    for name in ("_ndarray", "_data", "_mask", "_codes", "_left", "_right"):
        inside = getattr(values, name, None)
        if isinstance(inside, numpy.ndarray):
            found.append(inside)
    return found


def _frame_digest(objects, frame):
    digest = hashlib.blake2b(digest_size=16)
    digest.update(type(frame).__name__.encode())
    digest.update(repr((frame.shape, frame.attrs)).encode("utf-8", "backslashreplace"))
    digest.update(_index_digest(objects, frame.index))
    if frame.ndim == 1:
        digest.update(repr(frame.name).encode("utf-8", "backslashreplace"))
        digest.update(_values_digest(objects, frame.array))
    else:
        digest.update(_index_digest(objects, frame.columns))
        for at in range(frame.shape[1]):
            digest.update(_values_digest(objects, frame.iloc[:, at].array))
    return digest.digest()


def _index_digest(objects, index):
    pandas = sys.modules["pandas"]
    names = repr((type(index).__name__, list(index.names))).encode("utf-8", "backslashreplace")
    if isinstance(index, pandas.RangeIndex):
        return names + f"{index.start},{index.stop},{index.step}".encode()
    if isinstance(index, pandas.MultiIndex):
        return (
            names
            + digest_values(objects, [list(code) for code in index.codes])
            + b"".join(_index_digest(objects, level) for level in index.levels)
        )
    return names + _values_digest(objects, index.array)


def _values_digest(objects, array):
    numpy, pandas = sys.modules["numpy"], sys.modules["pandas"]
    kind = str(array.dtype).encode()
    if isinstance(array, pandas.Categorical):
        return kind + _bytes_digest(numpy, array.codes) + _index_digest(objects, array.categories)
    chunks = getattr(array, "_pa_array", None)
    if chunks is not None:
        return kind + _arrow_digest(chunks)
    memory = _memory(array)
    if memory and all(not part.dtype.hasobject for part in memory):
        if len(memory) == 2 and hasattr(array, "_mask"):
            blank = numpy.where(array._mask, numpy.zeros((), array._data.dtype), array._data)
            memory = [blank, array._mask]
        return kind + b"".join(_bytes_digest(numpy, part) for part in memory)
    plain = numpy.asarray(array)
    if not plain.dtype.hasobject:
        return kind + _bytes_digest(numpy, plain)
    return kind + digest_values(objects, plain.tolist())


def _arrow_digest(chunks):
    import pyarrow

    digest = hashlib.blake2b(digest_size=16)

    class Sink:
        closed = False

        def write(self, data):
            digest.update(data)
            return len(data)

        def flush(self):
            pass

        def close(self):
            pass

        def writable(self):
            return True

    combined = chunks.combine_chunks() if isinstance(chunks, pyarrow.ChunkedArray) else chunks
    parts = combined.chunks if isinstance(combined, pyarrow.ChunkedArray) else [combined]
    for part in parts:
        batch = pyarrow.record_batch([pyarrow.concat_arrays([part])], names=["c"])
        with pyarrow.ipc.new_stream(pyarrow.PythonFile(Sink(), mode="w"), batch.schema) as stream:
            stream.write_batch(batch)
    return digest.digest()


def digest_values(objects, values):
    from .walk import digest_of

    found = digest_of(objects, values)
    return found.content + found.stamps
