"""Interrupting the running cell, and only the running cell.

SIGINT becomes KeyboardInterrupt in the main thread, at any bytecode. Between `hold()`s it waits, so that a frame is never cut
in half; outside `begin()`…`end()` it is ignored.
"""

import itertools
import os
import signal
import threading
import time


class Interrupts:
    def __init__(self):
        self._main = threading.get_ident()
        self._alone = os.name == "posix" and os.getpgrp() == os.getpid()
        self._running = False
        self._held = 0
        self._pending = False
        self._run = 0
        self._requested = False
        self._raised = False
        signal.signal(signal.SIGINT, self._on_signal)

    def begin(self):
        self._run += 1
        self._requested = self._raised = self._pending = False
        self._running = True

    def end(self):
        """Ends the part of the run that may be interrupted. True: an interrupt was asked for."""
        self._running = False
        return self._requested

    def request(self):
        """Interrupts the running cell, from another thread. Asks again while nothing happens: `os.system` swallows signals."""
        if not self._running or self._requested:
            return
        self._requested = True
        self._signal(group=True)
        threading.Thread(target=self._insist, args=(self._run,), daemon=True).start()

    def hold(self):
        return _Hold(self)

    def _insist(self, run):
        for turn in itertools.count(1):
            time.sleep(0.1)
            if self._raised or not self._running or run != self._run:
                return
            # A child that was just being born when the group was asked has not heard it, and `os.system` waits for it.
            self._signal(group=turn % 10 == 0)

    def _signal(self, group):
        if os.name != "posix":
            import _thread

            _thread.interrupt_main()
        elif group and self._alone:
            os.killpg(0, signal.SIGINT)
        else:
            signal.pthread_kill(self._main, signal.SIGINT)

    def _on_signal(self, _number, _frame):
        if not self._running:
            return
        if self._held:
            self._pending = True
            return
        self._raised = True
        raise KeyboardInterrupt


class _Hold:
    __slots__ = ("_of", "_counts")

    def __init__(self, of):
        self._of = of
        self._counts = threading.get_ident() == of._main

    def __enter__(self):
        if self._counts:
            self._of._held += 1

    def __exit__(self, *_error):
        of = self._of
        if not self._counts:
            return
        of._held -= 1
        if of._pending and not of._held and of._running:
            of._pending = False
            of._raised = True
            raise KeyboardInterrupt
