"""Magic lines inside Python cells (`%pip install x`, `!ls`, `%time f()`), which Python itself does not take."""

import contextlib
import os
import shlex
import sys
import time

from . import shell

_TOLERATED = (
    "matplotlib",
    "load_ext",
    "reload_ext",
    "autoreload",
    "config",
    "reset",
    "precision",
    "pylab",
)


class MagicError(Exception):
    """A magic line that this machine cannot run."""


class Magics:
    """What a cell's own magic lines call; see `source.py`."""

    def __init__(self, run_kind):
        self._run_kind = run_kind

    def magic(self, line, wants_value):
        word, _, rest = line.partition(" ")
        word = word.lstrip("%")
        if line.startswith("!"):
            result = shell.run_shell(line[1:], capture=wants_value)
            if not wants_value and result != 0:
                print(f"The shell ended with exit code {result}.", file=sys.stderr)
            return result if wants_value else None
        if word in ("sh", "pip", "sql", "fs"):
            return self._run_kind(word, rest)
        if word in ("cd", "ls", "pwd", "mkdir"):
            if word == "cd":
                return os.chdir(os.path.expanduser(rest.strip() or "~"))
            return self._run_kind("sh", f"{word} {rest}")
        if word not in _TOLERATED:
            raise MagicError(f"This machine cannot run %{word}.")
        return None

    def writefile(self, target, text):
        """`%%writefile [-a] name`: the rest of the cell is the file's text."""
        words = shlex.split(target)
        names = [word for word in words if word not in ("-a", "--append")]
        if len(names) != 1:
            raise MagicError("%%writefile wants the name of one file.")
        name = os.path.expanduser(names[0])
        mode, did = ("w", "Writing") if names == words else ("a", "Appending to")
        if mode == "w" and os.path.exists(name):
            did = "Overwriting"
        with open(name, mode, encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
        print(did, names[0])

    @contextlib.contextmanager
    def timed(self):
        started = time.perf_counter()
        try:
            yield
        finally:
            print(f"Wall time: {(time.perf_counter() - started) * 1000:.1f} ms")
