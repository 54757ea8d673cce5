"""Frames on a pipe: u32 length of the header, u32 length of the body (little endian), JSON header, raw body."""

import json
import os
import struct

_LENGTHS = struct.Struct("<II")


def read_frame(file):
    """The next `(header, body)` of a buffered binary file, or None at its end."""
    lengths = file.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    header_length, body_length = _LENGTHS.unpack(lengths)
    header = file.read(header_length)
    body = file.read(body_length)
    if len(header) < header_length or len(body) < body_length:
        return None
    return json.loads(header), body


def write_frame(fd, header, body=b""):
    """Writes one whole frame; blocks while the reader is behind."""
    head = json.dumps(header).encode()
    data = memoryview(_LENGTHS.pack(len(head), len(body)) + head + body)
    while data:
        data = data[os.write(fd, data) :]


def to_json(value):
    """JSON for the page: what JSON has no word for (NaN, sets, dates…) becomes null or text instead of an error."""
    try:
        return json.dumps(value, allow_nan=False).encode()
    except (TypeError, ValueError):
        return json.dumps(_plain(value)).encode()


def _plain(value):
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)
