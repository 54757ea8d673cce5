"""The pipe to the host: frames out under one lock, frames in by a thread of its own, questions that wait for their answer."""

import json
import os
import queue
import signal
import threading

from .frames import read_frame, to_json, write_frame


class HostRefused(Exception):
    """The host could not do what user code asked for; the message is for people."""


HostRefused.__name__ = HostRefused.__qualname__ = "Problem"


class Link:
    def __init__(self, fd_in, fd_out, interrupts):
        self._file = os.fdopen(fd_in, "rb")
        self._fds = (fd_in, fd_out)
        self._out = fd_out
        self._lock = threading.RLock()
        self._interrupts = interrupts
        self._answers = {}
        self._asked = 0
        self.requests = queue.SimpleQueue()

    def listen(self):
        """Starts the thread that reads. It ends the process, and what the process started, when the host closes the pipe."""
        threading.Thread(target=self._read, name="dagbook-link", daemon=True).start()

    def send(self, header, body=b""):
        with self._interrupts.hold(), self._lock:
            write_frame(self._out, header, body)

    def ask(self, what, **fields):
        """Asks the host and waits. Raises HostRefused with its words, KeyboardInterrupt when interrupted."""
        slot = queue.SimpleQueue()
        with self._interrupts.hold(), self._lock:
            self._asked += 1
            number = self._asked
            self._answers[number] = slot
            write_frame(self._out, {"op": "ask", "id": number, "what": what, **fields})
        try:
            answer = slot.get()
        finally:
            self._answers.pop(number, None)
        if "error" in answer:
            raise HostRefused(answer["error"])
        return answer.get("value")

    def forget(self):
        """For a forked child: the pipe belongs to the parent."""
        for fd in self._fds:
            os.close(fd)

    def renew_lock(self):
        self._lock = threading.RLock()

    def _read(self):
        while True:
            try:
                frame = read_frame(self._file)
            except (OSError, ValueError):
                frame = None
            if frame is None:
                end_process()
            header, body = frame
            op = header["op"]
            if op == "run":
                self.requests.put(json.loads(body))
            elif op == "answer":
                slot = self._answers.get(header["id"])
                if slot is not None:
                    slot.put(json.loads(body))
            elif op == "interrupt":
                self._interrupts.request()


def end_process():
    """Ends this process at once, with the children that are in its group."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def body_of(value):
    return to_json(value)
