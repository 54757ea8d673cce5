"""What user code prints, in order, in batches.

Python's `sys.stdout` and `sys.stderr` write into a buffer here. File descriptors 1 and 2 are pipes, so that what C code and child
processes print arrives too; whatever is in them when Python prints came before it. Lines leave at once, so that they are not lost
if the process dies; those of who prints very many leave in batches, after 50 ms or 64 kB. Whoever prints waits while the host is
behind.
"""

import codecs
import functools
import io
import os
import select
import signal
import threading
import time

_DELAY = 0.05
_BATCH = 64 * 1024
_LINES_AT_ONCE = 500
_LINES_PER_SECOND = 100
_ENDS = (
    (os, "_exit"),
    (os, "abort"),
    (os, "kill"),
    (os, "killpg"),
    (os, "execv"),
    (os, "execve"),
    (signal, "raise_signal"),
)


class Streams:
    def __init__(self, interrupts):
        self._interrupts = interrupts
        self._lock = threading.RLock()
        self._segments = []
        self._size = 0
        self._since = 0.0
        self._left, self._counted = _LINES_AT_ONCE, 0.0
        self._link = None
        self._run = None
        self._forked = False
        self._pipes = {}
        self._wake_out, self._wake_in = os.pipe()
        for name, fd in (("stdout", 1), ("stderr", 2)):
            out, into = os.pipe()
            os.dup2(into, fd)
            os.close(into)
            self._pipes[out] = (name, codecs.getincrementaldecoder("utf-8")("replace"))
            if os.name == "posix":
                os.set_blocking(out, False)
        self.stdout = TextStream(self, "stdout", 1)
        self.stderr = TextStream(self, "stderr", 2)

    def start(self, link):
        self._link = link
        if os.name == "posix":
            os.set_blocking(self._wake_out, False)
            threading.Thread(target=self._watch, name="dagbook-output", daemon=True).start()
            os.register_at_fork(after_in_child=self._after_fork)
            self._leave_before_the_end()
        else:
            for fd in self._pipes:
                threading.Thread(target=self._watch_blocking, args=(fd,), daemon=True).start()
            threading.Thread(target=self._tick, daemon=True).start()

    def begin(self, run):
        with self._interrupts.hold(), self._lock:
            self._pump()
            self._segments.clear()
            self._size = 0
            self._run = run

    def end(self):
        """Sends what is left. Later prints, by threads that go on, are nobody's."""
        with self._interrupts.hold(), self._lock:
            self._pump()
            self._flush()
            self._run = None

    def write(self, stream, text):
        if self._forked:
            os.write(1 if stream == "stdout" else 2, text.encode("utf-8", "backslashreplace"))
            return
        with self._interrupts.hold(), self._lock:
            self._pump()
            self._append(stream, text)

    def send(self, header, body=b""):
        """Sends a frame of the run, after everything that was printed before it."""
        if self._forked:
            return
        with self._interrupts.hold(), self._lock:
            self._pump()
            self._flush()
            if self._run is not None:
                self._link.send({**header, "run": self._run}, body)

    def flush(self):
        """What user code flushes leaves at once, as a line does."""
        if self._segments and not self._forked:
            with self._interrupts.hold(), self._lock:
                if self._segments and self._may_leave():
                    self._flush()

    def leave(self):
        """Sends what was printed, before something that may end the process."""
        if not self._forked:
            with self._interrupts.hold(), self._lock:
                self._pump()
                self._flush()

    def _append(self, stream, text):
        if not text or self._run is None:
            return
        if not self._segments:
            self._since = time.monotonic()
            self._wake()
        if self._segments and self._segments[-1][0] == stream:
            self._segments[-1][1].append(text)
        else:
            self._segments.append((stream, [text]))
        self._size += len(text)
        if self._size >= _BATCH or (text[-1] == "\n" and self._may_leave()):
            self._flush()

    def _may_leave(self):
        """Whether a line is sent at once: the host and the page have work with each frame."""
        now = time.monotonic()
        left = self._left + (now - self._counted) * _LINES_PER_SECOND
        self._left, self._counted = min(left, _LINES_AT_ONCE), now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _flush(self):
        segments, self._segments, self._size = self._segments, [], 0
        for stream, parts in segments:
            body = "".join(parts).encode("utf-8", "backslashreplace")
            self._link.send({"op": "stdout", "run": self._run, "stream": stream}, body)

    def _pump(self):
        """Takes what waits in the pipes. The caller holds the lock."""
        if os.name != "posix":
            return
        for fd, (stream, decoder) in self._pipes.items():
            for _ in range(16):  # a child that never stops printing must not keep us here
                try:
                    data = os.read(fd, _BATCH)
                except BlockingIOError:
                    break
                self._append(stream, decoder.decode(data))
                if len(data) < _BATCH:
                    break

    def _wake(self):
        os.write(self._wake_in, b".")

    def _watch(self):
        poll = select.poll()
        for fd in (*self._pipes, self._wake_out):
            poll.register(fd, select.POLLIN)
        while True:
            wait = None
            if self._segments:
                wait = max(0.0, self._since + _DELAY - time.monotonic()) * 1000
            ready = poll.poll(wait)
            with self._lock:
                for fd, _ in ready:
                    if fd == self._wake_out:
                        os.read(fd, 4096)
                self._pump()
                if self._segments and time.monotonic() - self._since >= _DELAY:
                    self._flush()

    def _watch_blocking(self, fd):
        stream, decoder = self._pipes[fd]
        while True:
            data = os.read(fd, _BATCH)
            with self._lock:
                self._append(stream, decoder.decode(data))

    def _tick(self):
        while True:
            os.read(self._wake_out, 4096)
            time.sleep(_DELAY)
            with self._lock:
                self._flush()

    def _leave_before_the_end(self):
        """What ends a process at once sends first what was printed."""

        def leaving(function):
            @functools.wraps(function)
            def wrapper(*args, **named):
                self.leave()
                return function(*args, **named)

            return wrapper

        for module, name in _ENDS:
            setattr(module, name, leaving(getattr(module, name)))

    def _after_fork(self):
        """A child made by fork has no threads of ours: it prints into the pipes, which the parent reads."""
        self._lock = threading.RLock()
        self._link.renew_lock()
        self._link.forget()
        self._segments = []
        self._forked = True


class TextStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of user code."""

    def __init__(self, streams, name, fd):
        self._streams = streams
        self._name = name
        self._fd = fd
        self.name = f"<{name}>"
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    errors = "backslashreplace"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._streams.write(self._name, text)
        return len(text)

    def flush(self):
        self._streams.flush()

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self._fd

    def close(self):
        pass


class _Bytes(io.RawIOBase):
    def __init__(self, text):
        self._text = text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data):
        self._text.write(self._decoder.decode(bytes(data)))
        return len(data)

    def writable(self):
        return True

    def fileno(self):
        return self._text.fileno()

    def close(self):
        pass


def flush_c_output():
    """Flushes what C code has printed with stdio and not flushed. Only where C code may have done so."""
    import sys

    if "ctypes" in sys.modules:
        sys.modules["ctypes"].CDLL(None).fflush(None)
