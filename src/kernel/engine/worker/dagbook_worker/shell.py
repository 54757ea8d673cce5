"""Children of the worker: shell commands and pip. They print into the cell's output and end when the cell is interrupted."""

import os
import shutil
import subprocess
import sys


class ShellError(Exception):
    """A command that had to succeed did not."""


def run_shell(text, capture=False):
    """Runs shell text. Its exit code is returned; `capture`: the lines that it printed."""
    shell = shutil.which("bash") or shutil.which("sh") or os.environ.get("COMSPEC", "sh")
    arguments = [shell, "-c", text] if os.name == "posix" else [shell, "/c", text]
    return _run(arguments, capture)


def run_sh_cell(source):
    """A `%sh` cell. As on Databricks it fails by its exit code only with `-e` behind `%sh`."""
    strict = False
    first, _, rest = source.partition("\n")
    if first.strip() == "-e" or first.startswith("-e "):
        strict, source = True, first.strip()[2:].lstrip() + "\n" + rest
        source = "set -e\n" + source
    code = run_shell(source)
    if code != 0:
        if strict:
            raise ShellError(f"The shell ended with exit code {code}.")
        print(f"The shell ended with exit code {code}.", file=sys.stderr)


def run_pip(text):
    """`install pandas` and the like, for the environment that this worker runs in."""
    import importlib.util
    import shlex

    arguments = shlex.split(" ".join(text.split("\n")), comments=True)
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check"]
    else:
        beside = os.path.join(os.path.dirname(sys.executable), "uv")
        uv = beside if os.path.exists(beside) else shutil.which("uv")
        if uv is None:
            raise ShellError(
                "This Python environment has neither pip nor uv, so nothing can be installed from a cell."
                " Add the package to the project's Python environment and start again."
            )
        command = [uv, "pip", *arguments[:1], "--python", sys.executable, *arguments[1:]]
    code = _run(command, False)
    importlib.invalidate_caches()
    if code != 0:
        raise ShellError(f"pip ended with exit code {code}.")


def _run(arguments, capture):
    child = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if capture else None
    )
    try:
        if capture:
            return child.communicate()[0].decode("utf-8", "replace").splitlines()
        return child.wait()
    except BaseException:
        child.terminate()
        try:
            child.wait(0.5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise
