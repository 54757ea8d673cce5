"""Finds the names of a module from Python's own syntax tree: an oracle where `symtable` cannot be one.

From 3.12 on `symtable` tells the names of comprehensions as names of what is around them, and loses some.
"""

import ast


class Scope:
    def __init__(self, kind, parent, owner=None):
        self.kind, self.parent = kind, parent
        self.owner = owner if owner is not None else parent and parent.owner
        self.bound, self.used, self.outer, self.globals = set(), set(), set(), set()
        self.inner = []
        if parent is not None:
            parent.inner.append(self)

    def mangled(self, name):
        if not self.owner or not name.startswith("__") or name.endswith("__"):
            return name
        return f"_{self.owner.lstrip('_')}{name}" if self.owner.strip("_") else name

    def is_module(self, name, asking=None):
        """Whether a name used here is one of the module."""
        asking = asking or self
        if self.parent is None or name in self.globals:
            return True
        # What is in a class is not seen by the functions in it, but by its type parameters.
        seen = self.kind != "class" or self is asking or asking.kind == "types"
        if seen and name in self.bound and name not in self.outer:
            return False
        return self.parent.is_module(name, asking)


class Names(ast.NodeVisitor):
    def __init__(self, tree):
        self.module = self.scope = Scope("module", None)
        self.text_annotations = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in tree.body
        )
        self.visit(tree)

    def within(self, scope, *nodes):
        before, self.scope = self.scope, scope
        for node in nodes:
            self.visit(node)
        self.scope = before

    def bind(self, name):
        self.scope.bound.add(self.scope.mangled(name))

    def visit_Name(self, node):
        name = self.scope.mangled(node.id)
        (self.scope.used if isinstance(node.ctx, ast.Load) else self.scope.bound).add(name)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.scope.used.add(self.scope.mangled(node.target.id))
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        # Without a value it binds nothing, but makes the name a function's own.
        bare = node.value is None and isinstance(node.target, ast.Name)
        if not bare or (self.scope.kind == "function" and node.simple):
            self.visit(node.target)
        self.annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def annotation(self, node):
        if node is not None and not self.text_annotations:
            self.visit(node)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        scope = self.scope
        while scope.kind == "comprehension":
            scope = scope.parent
        scope.bound.add(scope.mangled(node.target.id))

    def visit_Global(self, node):
        self.scope.globals |= {self.scope.mangled(name) for name in node.names}

    def visit_Nonlocal(self, node):
        self.scope.outer |= {self.scope.mangled(name) for name in node.names}

    def visit_alias(self, node):
        if node.name != "*":
            self.bind(node.asname or node.name.split(".")[0])

    def visit_Import(self, node):
        for alias in node.names:
            self.visit(alias)

    def visit_ImportFrom(self, node):
        for alias in node.names:
            if alias.name != "*":
                self.bind(alias.asname or alias.name)

    def visit_ExceptHandler(self, node):
        if node.name is not None:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node):
        if node.name is not None:
            self.bind(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        if node.rest is not None:
            self.bind(node.rest)
        self.generic_visit(node)

    def types(self, node):
        """The scope of `[T: bound = default]`, if there is one."""
        parameters = getattr(node, "type_params", [])
        if not parameters:
            return self.scope
        scope = Scope("types", self.scope)
        for each in parameters:
            scope.bound.add(scope.mangled(each.name))
            self.within(
                scope,
                *[
                    part
                    for part in (getattr(each, "bound", None), getattr(each, "default_value", None))
                    if part is not None
                ],
            )
        return scope

    def function(self, node, body, around):
        inner = Scope("function", around)
        for each in arguments(node.args):
            inner.bound.add(inner.mangled(each.arg))
        self.within(inner, *body)

    def visit_FunctionDef(self, node):
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
        self.within(self.scope, *node.decorator_list, *defaults)
        self.bind(node.name)
        around = self.types(node)
        before, self.scope = self.scope, around
        for each in arguments(node.args):
            self.annotation(each.annotation)
        self.annotation(node.returns)
        self.scope = before
        self.function(node, node.body, around)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
        self.within(self.scope, *defaults)
        self.function(node, [node.body], self.scope)

    def visit_ClassDef(self, node):
        self.within(self.scope, *node.decorator_list)
        self.bind(node.name)
        around = self.types(node)
        self.within(around, *node.bases, *(keyword.value for keyword in node.keywords))
        self.within(Scope("class", around, node.name), *node.body)

    def visit_TypeAlias(self, node):
        self.bind(node.name.id)
        self.within(Scope("types", self.types(node)), node.value)

    def comprehension(self, node):
        inner = Scope("comprehension", self.scope)
        for index, each in enumerate(node.generators):
            self.within(self.scope if index == 0 else inner, each.iter)
            self.within(inner, each.target, *each.ifs)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.within(inner, *parts)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def arguments(node):
    given = [*node.posonlyargs, *node.args, node.vararg, *node.kwonlyargs, node.kwarg]
    return [each for each in given if each is not None]


def names(source):
    """The names that a text binds at module level, and those that it reads and does not bind."""
    module = Names(ast.parse(source)).module
    scopes = [module]
    for scope in scopes:
        scopes.extend(scope.inner)
    definitions, used = set(module.bound), set()
    for scope in scopes:
        definitions |= scope.bound & scope.globals
    for scope in scopes:
        used |= {name for name in scope.used if scope.is_module(name)}
    return sorted(definitions), sorted(used - definitions)
