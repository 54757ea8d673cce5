"""Which global names code may look up, read off its bytecode; and in which order a cell reads and binds them."""

import ast
import opcode
import re
import types

from .source import compile_part

_LOADS = {
    opcode.opmap[name]
    for name in ("LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
    if name in opcode.opmap
}
_GLOBAL = opcode.opmap["LOAD_GLOBAL"]
_STORES = {opcode.opmap[name] for name in ("STORE_NAME", "STORE_GLOBAL")}
_ATTRIBUTES = {opcode.opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR")}
_DELETES = {opcode.opmap[name] for name in ("DELETE_NAME", "DELETE_GLOBAL")}
# From 3.11 on the lowest bit of LOAD_GLOBAL's argument is not part of the index.
_SHIFT = 1 if "CACHE" in opcode.opmap or "RESUME" in opcode.opmap else 0
_EXTENDED = opcode.EXTENDED_ARG

# Whoever looks these up may look up anything.
DYNAMIC = frozenset(("eval", "exec", "globals", "__import__"))
EVERYTHING = "*"


class Mentions:
    """The names that one code object, with all code inside it, loads, binds and unbinds in the module."""

    __slots__ = ("loads", "stores", "inner", "attributes", "names")

    def __init__(self, names=()):
        self.loads = set()
        self.stores = set()
        # Functions defined inside: what they load counts when they are called.
        self.inner = set()
        # Attributes that it stores or deletes
        self.attributes = set()
        # Every name in it, of whatever kind: globals, attributes, modules to import
        self.names = set(names)


_known = {}


def mentions_of(code):
    """The mentions of `code`; its functions' loads are in `inner` too."""
    known = _known.get(id(code))
    if known is None or known[0] is not code:
        if len(_known) > 5000:
            _known.clear()
        known = _known[id(code)] = (code, _scan(code))
    return known[1]


def all_loads(code):
    found = mentions_of(code)
    return found.loads | found.inner


def _scan(code):
    found = Mentions(code.co_names)
    names, raw, extended = code.co_names, code.co_code, 0
    in_class = not code.co_flags & 1 and code.co_name not in ("<module>",)
    bound_here = set()
    for at in range(0, len(raw), 2):
        op, argument = raw[at], raw[at + 1] | extended
        extended = argument << 8 if op == _EXTENDED else 0
        if op == _GLOBAL:
            found.loads.add(names[argument >> _SHIFT])
        elif op in _LOADS:
            if names[argument] not in bound_here:
                found.loads.add(names[argument])
        elif op in _ATTRIBUTES:
            found.attributes.add(names[argument])
        elif op in _STORES or op in _DELETES:
            if in_class and opcode.opname[op].endswith("_NAME"):
                bound_here.add(names[argument])
            else:
                found.stores.add(names[argument])
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inside = mentions_of(constant)
            found.attributes |= inside.attributes
            found.names |= inside.names
            runs_now = not constant.co_flags & 1 or constant.co_name in _RUN_AT_ONCE
            (found.loads if runs_now else found.inner).update(inside.loads)
            found.inner |= inside.inner
            if runs_now and constant.co_flags & 1:
                found.stores |= inside.stores
        elif isinstance(constant, str) and not _NAME_IN_TEXT.isdisjoint(names):
            # `df.query("x > @limit")` finds names of its caller.
            found.loads.update(re.findall(r"@([A-Za-z_]\w*)", constant))
    return found


_NAME_IN_TEXT = frozenset(("query", "eval"))
_RUN_AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")


class Reads:
    """Finds the names from above that a cell may look up: those it mentions, or that functions it can reach mention, before it
    has bound them itself on every way there.

    `reached(name)` gives the names that functions in the present value of `name` load.
    """

    def __init__(self, filename, reached):
        self._filename = filename
        self._reached = reached
        self._functions = {}
        self.found = set()

    def visit(self, statements, bound=frozenset()):
        """Visits statements in order and gives the names that are bound for certain after them."""
        bound = set(bound)
        for statement in statements:
            bound = self._statement(statement, bound)
        return bound

    def _statement(self, node, bound):
        kind = type(node)
        if kind in (ast.Pass, ast.Break, ast.Continue, ast.Global):
            return bound
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            return self._definition(node, bound)
        if kind is ast.If:
            self._expression(node.test, bound)
            return self.visit(node.body, bound) & self.visit(node.orelse, bound)
        if kind is ast.While:
            self._expression(node.test, bound)
            self.visit(node.body, bound)
            self.visit(node.orelse, bound)
            return bound
        if kind in (ast.For, ast.AsyncFor):
            self._expression(node.iter, bound)
            self._target(node.target, bound)
            self.visit(node.body, bound | _bound_by(node.target))
            self.visit(node.orelse, bound)
            return bound
        if kind in (ast.With, ast.AsyncWith):
            for item in node.items:
                self._expression(item.context_expr, bound)
                if item.optional_vars is not None:
                    self._target(item.optional_vars, bound)
                    bound = bound | _bound_by(item.optional_vars)
            after = self.visit(node.body, bound)
            return bound if any(map(_may_swallow, node.items)) else after
        if kind is ast.Match:
            self._expression(node.subject, bound)
            for case in node.cases:
                inside = bound | _captured_by(case.pattern)
                if case.guard is not None:
                    self._expression(case.guard, inside)
                self.visit(case.body, inside)
            return bound
        if kind in (ast.Try, getattr(ast, "TryStar", ast.Try)):
            return self._try(node, bound)
        return self._simple(node, bound)

    def _definition(self, node, bound):
        code = self._compile(node)
        found = mentions_of(code)
        if getattr(node, "decorator_list", None):
            self._loads(all_loads(code), bound)
        else:
            self._loads(found.loads, bound)
            self._functions[node.name] = found.inner
        return bound | {node.name}

    def _try(self, node, bound):
        after_body = self.visit(node.body, bound)
        ways = [self.visit(node.orelse, after_body)]
        for handler in node.handlers:
            if handler.type is not None:
                self._expression(handler.type, bound)
            inside = bound | {handler.name} if handler.name else bound
            ways.append(self.visit(handler.body, inside) - {handler.name})
        return self.visit(node.finalbody, set.intersection(*map(set, ways)))

    def _simple(self, node, bound):
        code = self._compile(node)
        if code is None:
            return bound
        found = mentions_of(code)
        self._loads(found.loads | found.inner, bound)
        if isinstance(node, ast.Delete):
            gone = {target.id for target in node.targets if isinstance(target, ast.Name)}
            self.found |= gone - bound
            return bound - gone
        plain = isinstance(
            node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom)
        )
        return bound | found.stores if plain and "*" not in found.stores else bound

    def _target(self, target, bound):
        if not isinstance(target, ast.Name):
            for child in ast.walk(target):
                if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
                    self._loads({child.id}, bound)

    def _expression(self, node, bound):
        found = mentions_of(compile_part(ast.Expression(node), self._filename, "eval"))
        self._loads(found.loads | found.inner, bound)

    def _loads(self, names, bound):
        waiting, seen = list(names), set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self._functions:
                waiting.extend(self._functions[name])
            elif name not in bound:
                if name in DYNAMIC:
                    self.found.add(EVERYTHING)
                self.found.add(name)
                waiting.extend(self._reached(name))

    def _compile(self, node):
        try:
            return compile_part(ast.Module([node], []), self._filename, "exec")
        except SyntaxError:
            return None


def _bound_by(target):
    return {
        child.id
        for child in ast.walk(target)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
    }


def _captured_by(pattern):
    names = set()
    for part in ast.walk(pattern):
        names |= {getattr(part, "name", None), getattr(part, "rest", None)}
    return {name for name in names if isinstance(name, str)}


def _may_swallow(item):
    """Whether a `with` goes on after an exception inside it, so that its body may have stopped half-way."""
    return any(
        getattr(part, "id", getattr(part, "attr", None)) in ("suppress", "raises", "assertRaises")
        for part in ast.walk(item.context_expr)
    )
