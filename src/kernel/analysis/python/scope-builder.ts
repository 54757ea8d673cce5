import {
  Keyword,
  Kind,
  type ClassNode,
  type ComprehensionNode,
  type FunctionNode,
  type LambdaNode,
  type ParseNode,
} from './nodes.ts'
import type { ModuleNode, NameNode, ParameterNode, TypeParameterListNode } from './nodes.ts'
import { childrenOf, mangled, type Scope, type Scopes } from './scopes.ts'

/** Finds all scopes of a text, and the names that each binds and uses. */
export function buildScopes(tree: ModuleNode): Scopes {
  const builder = new ScopeBuilder(tree)
  builder.visitAll(tree.d.statements, builder.module)
  return builder
}

class ScopeBuilder implements Scopes {
  readonly module: Scope
  readonly all: Scope[] = []
  readonly of = new Map<ParseNode, Scope>()
  readonly annotationsAreText: boolean

  constructor(tree: ModuleNode) {
    this.module = this.open('module', null, tree)
    this.annotationsAreText = tree.d.statements.some(
      (statement) =>
        statement.nodeType === Kind.StatementList &&
        statement.d.statements.some(
          (small) =>
            small.nodeType === Kind.ImportFrom &&
            small.d.module.d.nameParts.map((part) => part.d.value).join('.') === '__future__' &&
            small.d.imports.some((item) => item.d.name.d.value === 'annotations'),
        ),
    )
  }

  open(kind: Scope['kind'], parent: Scope | null, node: ParseNode, className = parent?.className ?? null): Scope {
    const sets = {
      bound: new Set<string>(),
      uses: new Set<string>(),
      globals: new Set<string>(),
      nonlocals: new Set<string>(),
    }
    const scope: Scope = { kind, parent, className, homes: new Map(), ...sets }
    this.all.push(scope)
    this.of.set(node, scope)
    return scope
  }

  visitAll(nodes: readonly (ParseNode | undefined)[], scope: Scope): void {
    for (const node of nodes) this.visit(node, scope)
  }

  visit(node: ParseNode | undefined, scope: Scope): void {
    if (node === undefined) return
    switch (node.nodeType) {
      case Kind.Name:
        scope.uses.add(mangled(node.d.value, scope))
        return
      case Kind.Constant:
        if (node.d.constType === Keyword.Debug) scope.uses.add('__debug__')
        return
      case Kind.Function:
        return this.visitFunction(node, scope)
      case Kind.Lambda:
        return this.visitLambda(node, scope)
      case Kind.Class:
        return this.visitClass(node, scope)
      case Kind.Comprehension:
        return this.visitComprehension(node, scope)
      case Kind.TypeAlias: {
        bind(node.d.name, scope)
        const inner = this.visitTypeParameters(node.d.typeParams, scope)
        return this.visit(node.d.expr, this.open('function', inner, node))
      }
      case Kind.Assignment:
        this.visit(node.d.rightExpr, scope)
        return this.bindTarget(node.d.leftExpr, scope)
      case Kind.AugmentedAssignment:
        this.visit(node.d.leftExpr, scope)
        this.visit(node.d.rightExpr, scope)
        if (node.d.leftExpr.nodeType === Kind.Name) bind(node.d.leftExpr, scope)
        return
      case Kind.AssignmentExpression: {
        this.visit(node.d.rightExpr, scope)
        let home = scope
        while (home.kind === 'comprehension') home = home.parent!
        bind(node.d.name, home)
        return
      }
      case Kind.TypeAnnotation:
        // A name with nothing but an annotation is local to a function, and no definition of a module or class.
        if (node.d.valueExpr.nodeType === Kind.Name) {
          if (scope.kind === 'function') bind(node.d.valueExpr, scope)
        } else this.visit(node.d.valueExpr, scope)
        return this.visitAnnotation(node.d.annotation, scope)
      case Kind.Del:
        for (const target of node.d.targets) this.bindTarget(target, scope)
        return
      case Kind.For:
        this.visit(node.d.iterableExpr, scope)
        this.bindTarget(node.d.targetExpr, scope)
        return this.visitAll([node.d.forSuite, node.d.elseSuite], scope)
      case Kind.WithItem:
        this.visit(node.d.expr, scope)
        if (node.d.target !== undefined) this.bindTarget(node.d.target, scope)
        return
      case Kind.Except:
        this.visit(node.d.typeExpr, scope)
        if (node.d.name !== undefined) bind(node.d.name, scope)
        return this.visit(node.d.exceptSuite, scope)
      case Kind.Import:
        for (const { d } of node.d.list) {
          const name = d.alias ?? d.module.d.nameParts[0]
          if (name !== undefined) bind(name, scope)
        }
        return
      case Kind.ImportFrom:
        for (const { d } of node.d.imports) bind(d.alias ?? d.name, scope)
        return
      case Kind.Global:
        for (const name of node.d.targets) scope.globals.add(mangled(name.d.value, scope))
        return
      case Kind.Nonlocal:
        for (const name of node.d.targets) scope.nonlocals.add(mangled(name.d.value, scope))
        return
      case Kind.PatternCapture:
        if (!node.d.isWildcard) bind(node.d.target, scope)
        return
      case Kind.PatternAs:
        this.visitAll(node.d.orPatterns, scope)
        if (node.d.target !== undefined) bind(node.d.target, scope)
        return
      case Kind.PatternMappingExpandEntry:
        if (node.d.target.d.value !== '_') bind(node.d.target, scope)
        return
      case Kind.PatternClassArgument:
        return this.visit(node.d.pattern, scope)
      case Kind.Argument:
        return this.visit(node.d.valueExpr, scope)
      case Kind.MemberAccess:
        return this.visit(node.d.leftExpr, scope)
      default:
        return this.visitAll(childrenOf(node), scope)
    }
  }

  private bindTarget(target: ParseNode, scope: Scope): void {
    switch (target.nodeType) {
      case Kind.Name:
        return bind(target, scope)
      case Kind.Tuple:
      case Kind.List:
        for (const item of target.d.items) this.bindTarget(item, scope)
        return
      case Kind.Unpack:
        return this.bindTarget(target.d.expr, scope)
      case Kind.TypeAnnotation:
        this.bindTarget(target.d.valueExpr, scope)
        return this.visitAnnotation(target.d.annotation, scope)
      default:
        return this.visit(target, scope)
    }
  }

  private visitAnnotation(annotation: ParseNode | undefined, scope: Scope): void {
    if (!this.annotationsAreText) this.visit(annotation, scope)
  }

  private visitTypeParameters(list: TypeParameterListNode | undefined, scope: Scope): Scope {
    if (list === undefined) return scope
    const inner = this.open('type-parameters', scope, list)
    for (const { d } of list.d.params) {
      bind(d.name, inner)
      this.visitAll([d.boundExpr, d.defaultExpr], inner)
    }
    return inner
  }

  private visitFunction(node: FunctionNode, scope: Scope): void {
    this.visitAll(node.d.decorators, scope)
    bind(node.d.name, scope)
    for (const parameter of node.d.params) this.visit(parameter.d.defaultValue, scope)
    const around = this.visitTypeParameters(node.d.typeParams, scope)
    for (const parameter of node.d.params) this.visitAnnotation(parameter.d.annotation, around)
    this.visitAnnotation(node.d.returnAnnotation, around)
    const inner = this.open('function', around, node)
    bindParameters(node.d.params, inner)
    this.visit(node.d.suite, inner)
  }

  private visitLambda(node: LambdaNode, scope: Scope): void {
    for (const parameter of node.d.params) this.visit(parameter.d.defaultValue, scope)
    const inner = this.open('function', scope, node)
    bindParameters(node.d.params, inner)
    this.visit(node.d.expr, inner)
  }

  private visitClass(node: ClassNode, scope: Scope): void {
    this.visitAll(node.d.decorators, scope)
    bind(node.d.name, scope)
    const around = this.visitTypeParameters(node.d.typeParams, scope)
    this.visitAll(node.d.arguments, around)
    this.visit(node.d.suite, this.open('class', around, node, node.d.name.d.value))
  }

  private visitComprehension(node: ComprehensionNode, scope: Scope): void {
    const inner = this.open('comprehension', scope, node)
    let first = true
    for (const part of node.d.forIfNodes) {
      if (part.nodeType === Kind.ComprehensionFor) {
        this.visit(part.d.iterableExpr, first ? scope : inner)
        this.bindTarget(part.d.targetExpr, inner)
        first = false
      } else this.visit(part.d.testExpr, inner)
    }
    this.visit(node.d.expr, inner)
  }
}

function bind(name: NameNode, scope: Scope): void {
  scope.bound.add(mangled(name.d.value, scope))
}

function bindParameters(parameters: readonly ParameterNode[], scope: Scope): void {
  for (const { d } of parameters) if (d.name !== undefined) bind(d.name, scope)
}
