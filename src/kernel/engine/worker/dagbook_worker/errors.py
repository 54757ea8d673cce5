"""Exceptions of user code, told for people: frames of the worker hidden, lines that count in the cell's own source."""

import linecache
import os

from . import source

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_FRAMES = 60


def describe_error(error, filename, explain=None):
    """The RunError of an exception. `filename`: of the cell that ran; `explain(error)` → (name, message, line) or None."""
    told = None if explain is None else explain(error)
    frames = _frames(error.__traceback__)
    line = _line_of(error, frames, filename)
    name, message = type(error).__name__, _message(error)
    if told is not None:
        name, message = told[0], told[1]
        line = told[2] if told[2] is not None else line
        # How the client talks to the engine is no news for who wrote the query.
        frames = [frame for frame in frames if frame["own"]]
    for cause, words in _causes(error):
        explained = None if explain is None else explain(cause)
        name_of, text = (
            (type(cause).__name__, _message(cause)) if explained is None else explained[:2]
        )
        message += f"\n{words} {name_of}: {text}"
        frames += _frames(cause.__traceback__)
    if len(frames) > _FRAMES:
        frames = frames[: _FRAMES // 3] + frames[-(_FRAMES - _FRAMES // 3) :]
    shown = [{key: value for key, value in frame.items() if key != "path"} for frame in frames]
    return {"name": name, "message": message, "line": line, "traceback": shown}


def refusal(name, message, line=None):
    """A RunError of our own."""
    return {"name": name, "message": message, "line": line, "traceback": []}


def _line_of(error, frames, filename):
    if isinstance(error, SyntaxError) and error.filename in source.titles:
        if filename in (None, error.filename):
            return error.lineno
    for frame in reversed(frames):
        if frame["path"] == filename:
            return frame["line"]
    return None


def _message(error):
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
        if isinstance(error, ImportError) and error.name:
            text = str(error.msg or text)
        notes = [str(note) for note in getattr(error, "__notes__", ())]
    except Exception:
        return "(its message cannot be shown)"
    parts = getattr(error, "exceptions", None)
    if isinstance(parts, tuple):
        notes += [f"{type(part).__name__}: {_message(part)}" for part in parts]
    return "\n".join([text, *notes])


def _causes(error):
    seen = {id(error)}
    while True:
        if error.__cause__ is not None:
            error, words = error.__cause__, "Caused by"
        elif error.__context__ is not None and not error.__suppress_context__:
            error, words = error.__context__, "While handling"
        else:
            return
        if id(error) in seen:
            return
        seen.add(id(error))
        yield error, words


def _frames(trace):
    frames = []
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno or 0
        path = code.co_filename
        if not path.startswith(_HERE) and not path.startswith("<frozen"):
            title = source.titles.get(path)
            frames.append(
                {
                    "path": path,
                    "file": path if title is None else title,
                    "line": line,
                    "function": code.co_name,
                    "text": linecache.getline(path, line).strip(),
                    "own": title is not None,
                }
            )
        trace = trace.tb_next
    return frames
