"""Starts the worker: takes the process's own pipes away from user code, says that it is ready, runs one request after another."""

import os
import sys


def main():
    """Never returns. Called as the first thing of a fresh process, with nothing else imported."""
    fd_in, fd_out, fd_errors = os.dup(0), os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)

    import faulthandler

    from .interrupts import Interrupts
    from .link import Link
    from .streams import Streams

    faulthandler.enable(file=fd_errors)
    interrupts = Interrupts()
    streams = Streams(interrupts)
    sys.stdout, sys.stderr, sys.stdin = streams.stdout, streams.stderr, open(0, closefd=False)
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr
    link = Link(fd_in, fd_out, interrupts)
    streams.start(link)
    link.listen()
    version = ".".join(map(str, sys.version_info[:3]))
    link.send({"op": "ready", "pid": os.getpid(), "version": version})

    try:
        from .run import Runner

        sys.path.insert(0, os.getcwd())
        runner = Runner(link, streams, interrupts, os.environ.pop("DAGBOOK_RESULTS"))
        while True:
            runner.serve(link.requests.get())
    except BaseException:
        # User code has our stderr; the owner reads the process's own.
        import traceback

        os.write(fd_errors, traceback.format_exc().encode("utf-8", "backslashreplace"))
        os._exit(1)
