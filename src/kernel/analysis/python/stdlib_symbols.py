"""Prints, for each file of the standard library, what CPython says of its names, as one JSON line.

{"path", "name", "definitions", "free"}: the names bound at module level, and those read from the
module that it does not bind. By `symtable`, and by the syntax tree where `symtable` is wrong itself.
"""

import ast
import json
import pathlib
import symtable
import sys
import sysconfig

import stdlib_ast


def names(source, path):
    if sys.version_info >= (3, 12):
        return stdlib_ast.names(source)
    tables = [symtable.symtable(source, path, "exec")]
    definitions, used, annotated = set(), set(), False
    while tables:
        table = tables.pop()
        tables += table.get_children()
        is_module = table.get_type() == "module"
        for symbol in table.get_symbols():
            if not is_module and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                definitions.add(symbol.get_name())
            if symbol.is_referenced():
                used.add(symbol.get_name())
            annotated = annotated or symbol.is_annotated()
    if annotated:
        definitions -= only_annotated(ast.parse(source))
    return sorted(definitions), sorted(used - definitions)


def only_annotated(tree):
    """Names with an annotation and no value: symtable calls them local, but nothing is bound."""
    bare, bound = set(), set()
    targets = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and node.value is None:
            targets.add(id(node.target))
            if isinstance(node.target, ast.Name):
                bare.add(node.target.id)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            if id(node) not in targets:
                bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
    return bare - bound


def main():
    root = pathlib.Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        if "site-packages" in path.parts or "dist-packages" in path.parts:
            continue
        try:
            definitions, free = names(path.read_bytes().decode("utf-8"), str(path))
        except (UnicodeDecodeError, SyntaxError, ValueError):
            continue
        line = {"path": str(path), "name": path.relative_to(root).as_posix()}
        print(json.dumps({**line, "definitions": definitions, "free": free}))


main()
