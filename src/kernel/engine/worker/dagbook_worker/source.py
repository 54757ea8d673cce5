"""From the text of a Python cell to code: magic lines, the value of the last expression, tracebacks that find the source."""

import ast
import linecache
import re
import sys
import types

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_MAGIC = re.compile(
    r"^(?P<indent>\s*)(?:(?P<target>[\w.\[\], ]+?)\s*=\s*)?(?P<mark>!|%{1,2})(?P<rest>\S.*)$"
)
_TIMED = ("time", "timeit")

# File name that code carries → title of its cell.
titles = {}
# Title → text → file name: functions of earlier texts keep theirs, so that their tracebacks stay right.
_names = {}


class Code:
    """A cell that compiled: its statements, and the last expression apart (or None)."""

    def __init__(self, tree, body, last, filename):
        self.tree = tree
        self.body = body
        self.last = last
        self.filename = filename

    @property
    def parts(self):
        return [code for code in (self.body, self.last) if code is not None]


def compile_cell(source, title):
    """Compiles a cell. Raises SyntaxError with the lines of its own source."""
    filename = _register(source, title)
    tree = _parse(source, filename)
    body, last = tree.body, None
    if body and isinstance(body[-1], ast.Expr):
        last = compile_part(ast.Expression(body[-1].value), filename, "eval")
        body = body[:-1]
    module = ast.Module(body=body, type_ignores=[])
    return Code(tree, compile_part(module, filename, "exec") if body else None, last, filename)


def compile_part(tree, filename, mode):
    return compile(tree, filename, mode, flags=_FLAGS, dont_inherit=True)


def execute(code, names, run_coroutine):
    """Runs one part and gives its value."""
    if code.co_flags & 0x80:  # a coroutine: there is an `await` at the top
        return run_coroutine(types.FunctionType(code, names)())
    return eval(code, names)


def _register(source, title):
    lines = source.splitlines(keepends=True)
    known = _names.setdefault(title, {})
    number = len(known) + 1
    filename = known.setdefault(source, f"<{title}>" if number == 1 else f"<{title} #{number}>")
    titles[filename] = title
    linecache.cache[filename] = (len(source), None, lines, filename)
    return filename


def _parse(source, filename):
    lines = source.split("\n")
    _cell_magic(lines)
    changed = set()
    while True:
        try:
            return compile(
                "\n".join(lines),
                filename,
                "exec",
                flags=_FLAGS | ast.PyCF_ONLY_AST,
                dont_inherit=True,
            )
        except SyntaxError as error:
            # A magic line is whatever Python does not take and looks like one.
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines) or at in changed:
                raise
            match = _MAGIC.match(lines[at])
            if match is None:
                raise
            changed.add(at)
            lines[at] = _call(**match.groupdict())


def _cell_magic(lines):
    for at, line in enumerate(lines):
        if line.strip() == "":
            continue
        if line.startswith("%%"):
            words = line[2:].split(None, 1)
            if words and words[0] in (*_TIMED, "capture", "prun"):
                lines[at] = ""
            elif words and words[0] == "writefile":
                text = "\n".join(lines[at + 1 :])
                target = words[1] if len(words) > 1 else ""
                lines[at:] = [f"__dagbook__.writefile({target!r}, {text!r})"]
        return


def _call(indent, target, mark, rest):
    word, _, argument = rest.partition(" ")
    if mark == "%" and word in _TIMED and target is None:
        return f"{indent}with __dagbook__.timed(): {argument.strip() or 'pass'}"
    bound = "" if target is None else f"{target} = "
    text = rest if mark != "!" else f"!{rest}"
    return f"{indent}{bound}__dagbook__.magic({text!r}, {target is not None})"


def teach_inspect(source):
    """Lets `inspect` find the source of classes of cells: it would look for the file of `__main__`, which has none."""
    if "inspect" not in source and "inspect" not in sys.modules:
        return
    import inspect

    plain = inspect.getfile
    if getattr(plain, "knows_cells", False):
        return

    def getfile(value):
        if isinstance(value, type) and value.__module__ == "__main__":
            for member in vars(value).values():
                member = getattr(member, "__func__", getattr(member, "fget", member))
                if isinstance(member, types.FunctionType) and member.__code__.co_filename in titles:
                    return member.__code__.co_filename
        return plain(value)

    getfile.knows_cells = True
    inspect.getfile = getfile
