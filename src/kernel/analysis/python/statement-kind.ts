import type { Effect } from '../effect.ts'
import { Kind, type ParseNode } from './nodes.ts'
import { childrenOf } from './scopes.ts'

/**
 * Whether a statement only prepares: it may be repeated in each task that needs it. Whether the names it reads were prepared
 * too is for the planner to see.
 */
export function isSetup(node: ParseNode, effects: readonly Effect[]): boolean {
  if (effects.some(isWork)) return false
  return (
    isPreparation(node) ||
    (isCall(node) && effects.some(({ mode, resource }) => mode !== 'read' && !resource.startsWith('name:')))
  )
}

/** Effects that must happen once, or at their place. */
function isWork({ mode, resource, maybe }: Effect): boolean {
  if (/^(table|path|notebook):/.test(resource)) return mode !== 'read' || resource.startsWith('path:')
  if (resource === 'session:random' || resource === 'session:taskValues' || resource === 'name:*')
    return !(mode === 'read' || maybe)
  return mode === 'update' && resource.startsWith('name:') && !maybe
}

function isCall(node: ParseNode): boolean {
  if (node.nodeType === Kind.StatementList)
    return node.d.statements.every((each) => isCall(each) || isPreparation(each))
  if (node.nodeType === Kind.Assignment)
    return node.d.leftExpr.nodeType === Kind.Index || node.d.leftExpr.nodeType === Kind.MemberAccess
  return node.nodeType === Kind.Call
}

function isPreparation(node: ParseNode): boolean {
  switch (node.nodeType) {
    case Kind.StatementList:
    case Kind.Suite:
      return node.d.statements.every(isPreparation)
    case Kind.Import:
    case Kind.ImportFrom:
    case Kind.Function:
    case Kind.Class:
    case Kind.Pass:
    case Kind.TypeAlias:
    case Kind.TypeAnnotation:
      return true
    case Kind.Assignment:
      return (
        isTarget(node.d.leftExpr) &&
        (node.d.rightExpr.nodeType === Kind.Assignment ? isPreparation(node.d.rightExpr) : isConstant(node.d.rightExpr))
      )
    case Kind.Try:
      return [
        node.d.trySuite,
        ...node.d.exceptClauses.map(({ d }) => d.exceptSuite),
        node.d.elseSuite,
        node.d.finallySuite,
      ].every((suite) => suite === undefined || isPreparation(suite))
    case Kind.If:
      return (
        isConstant(node.d.testExpr) &&
        isPreparation(node.d.ifSuite) &&
        (node.d.elseSuite === undefined || isPreparation(node.d.elseSuite))
      )
    case Kind.StringList:
    case Kind.Number:
    case Kind.Constant:
    case Kind.Ellipsis:
      return true
    case Kind.Call:
      return quietCalls.test(calleeName(node))
    default:
      return false
  }
}

function isTarget(node: ParseNode): boolean {
  if (node.nodeType === Kind.Tuple) return node.d.items.every(isTarget)
  if (node.nodeType === Kind.TypeAnnotation) return isTarget(node.d.valueExpr)
  return node.nodeType === Kind.Name
}

const quietCalls =
  /^(warnings\.(filterwarnings|simplefilter)|logging\.(basicConfig|getLogger|disable)|pd\.set_option|np\.set_printoptions|load_dotenv)$/
/** Calls whose result depends on nothing but their arguments and the job's parameters. */
const constantCalls =
  /^(dbutils\.widgets\.get|int|float|str|bool|tuple|list|dict|set|frozenset|len|Path|pathlib\.Path|os\.path\.join|udf|F\.udf|pandas_udf|F\.pandas_udf|logging\.getLogger|namedtuple|collections\.namedtuple|TypeVar|re\.compile|Decimal|date|datetime|timedelta|dt\.(date|datetime|timedelta)|datetime\.(date|datetime|timedelta)|(T\.)?(StructType|StructField|ArrayType|MapType|DecimalType|\w+Type))$/
const constantMethods = new Set(['format', 'lower', 'upper', 'strip', 'replace', 'split', 'join', 'add'])

/** An expression that has the same value whenever it is evaluated with the same names. */
function isConstant(node: ParseNode): boolean {
  switch (node.nodeType) {
    case Kind.Lambda:
    case Kind.Name:
    case Kind.Number:
    case Kind.Constant:
    case Kind.String:
    case Kind.Ellipsis:
      return true
    case Kind.Call: {
      const isText =
        node.d.leftExpr.nodeType === Kind.MemberAccess &&
        constantMethods.has(node.d.leftExpr.d.member.d.value) &&
        isConstant(node.d.leftExpr.d.leftExpr)
      return (isText || constantCalls.test(calleeName(node))) && node.d.args.every(({ d }) => isConstant(d.valueExpr))
    }
    case Kind.MemberAccess:
      return isConstant(node.d.leftExpr)
    case Kind.StringList:
    case Kind.FormatString:
    case Kind.Tuple:
    case Kind.List:
    case Kind.Set:
    case Kind.Dictionary:
    case Kind.DictionaryKeyEntry:
    case Kind.DictionaryExpandEntry:
    case Kind.UnaryOperation:
    case Kind.BinaryOperation:
    case Kind.Ternary:
    case Kind.Index:
    case Kind.Argument:
    case Kind.Slice:
      return childrenOf(node).every(isConstant)
    default:
      return false
  }
}

function calleeName(node: ParseNode): string {
  if (node.nodeType === Kind.Call) return calleeName(node.d.leftExpr)
  if (node.nodeType === Kind.Name) return node.d.value
  if (node.nodeType === Kind.MemberAccess) return `${calleeName(node.d.leftExpr)}.${node.d.member.d.value}`
  return '?'
}

const showing = /^(display|displayHTML|print|plt\.show|pprint|plt\.\w+|sns\.\w+)$/
/** A chart that is built where it is shown. */
const charts = /^(alt|altair|px|go|plotly|sns|hv)\.\w/
const showingMethods = new Set([
  'show',
  'display',
  'printSchema',
  'explain',
  'head',
  'tail',
  'describe',
  'info',
  'hist',
  'plot',
  'value_counts',
  'limit',
  'toPandas',
  'count',
  'take',
])

/** Whether a statement only shows something. `isLast`: a bare value at the end of a cell is shown. */
export function isDisplay(node: ParseNode, effects: readonly Effect[], isLast: boolean): boolean {
  if (effects.some(({ mode }) => mode !== 'read')) return false
  if (node.nodeType === Kind.StatementList) return node.d.statements.every((each) => isShown(each, isLast))
  return isShown(node, isLast)
}

function isShown(node: ParseNode, isLast: boolean): boolean {
  if (node.nodeType === Kind.Call) {
    if (showing.test(calleeName(node))) return true
    const { leftExpr } = node.d
    return (
      (leftExpr.nodeType === Kind.MemberAccess && showingMethods.has(leftExpr.d.member.d.value)) ||
      (isLast && charts.test(calleeName(node)))
    )
  }
  if (!isLast) return false
  return (
    node.nodeType === Kind.Name ||
    node.nodeType === Kind.MemberAccess ||
    node.nodeType === Kind.Index ||
    node.nodeType === Kind.Tuple
  )
}
