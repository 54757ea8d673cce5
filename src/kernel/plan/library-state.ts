import { resourceKind, resourceName } from '../analysis/index.ts'
import { calledAtLast, rightSide, withoutStrings } from './expression.ts'
import type { Unit } from './units.ts'

/**
 * What libraries keep for the whole process: options, contexts, log levels, filters. It is not in any value, so it
 * reaches another task only if the statement that sets it runs there too.
 */
const setters = new RegExp(
  '^(' +
    [
      String.raw`warnings\.(filterwarnings|simplefilter|resetwarnings)`,
      String.raw`logging\.(basicConfig|disable|captureWarnings|addLevelName|config\.\w+)`,
      String.raw`locale\.setlocale|decimal\.setcontext|time\.tzset|socket\.setdefaulttimeout|csv\.(field_size_limit|register_dialect)`,
      String.raw`sys\.(setrecursionlimit|set_int_max_str_digits|setswitchinterval)|gc\.(disable|enable|set_threshold)`,
      String.raw`pandas\.(set_option|reset_option)|numpy\.(set_printoptions|seterr)|polars\.(Config\.\w+|enable_string_cache)`,
      String.raw`matplotlib\.(use|rc|rcdefaults|rcParams\.update|style\.use)`,
      String.raw`matplotlib\.pyplot\.(rc|rcdefaults|rcParams\.update|style\.use|switch_backend|ion|ioff|set_cmap)`,
      String.raw`seaborn\.(set|set_theme|set_style|set_palette|set_context)|altair\.(\w+\.)*(enable|disable_max_rows)`,
      String.raw`torch\.set_\w+|sklearn\.set_config|xarray\.set_options|tqdm(\.\w+)*\.pandas`,
    ].join('|') +
    ')$',
)
/** Calls that give what a library keeps, so that setting an attribute of it is setting state of the library. */
const getters = /(^|\.)(getLogger|getcontext)$/
const keptParts = /^(pandas\.options|matplotlib\.(pyplot\.)?rcParams)(\.\w+)*$/
const getterCall = /^([A-Za-z_][\w.]*)\((?:[^()]|\([^()]*\))*\)$/
const handleMethods = /^(setLevel|addHandler|removeHandler|addFilter|clear_flags|clear_traps|setFormatter)$/

/** Calls that give the same whenever they are repeated, in the arguments of a setting. */
const quietCalls =
  /^([\w.]*\.)?(getLogger|getcontext|Context|StreamHandler|NullHandler|Formatter|Decimal|dict|list|tuple|set|int|float|str|bool|len|round|cycler|format|join|lower|upper|strip|keys|values|items|copy|get)$/

/** Anything by which a block or a function may set state of a library; and what puts it back by itself. */
const mentions =
  /\b(filterwarnings|simplefilter|basicConfig|dictConfig|setrecursionlimit|set_option|set_printoptions|seterr|setlocale|setcontext|rcParams\s*(\[[^\]]*\]\s*=(?!=)|\.update\b)|setdefaulttimeout|set_theme)\b|\bgetcontext\(\)\.\w+\s*=(?!=)|\bpd\.options\.[\w.]+\s*=(?!=)|\.setLevel\(/
const putsBack = /\b(catch_warnings|option_context|localcontext|rc_context|printoptions|errstate)\b/

/**
 * The units, told apart by what they do to libraries: `sets`: only that, and repeating it does it again; `may`: it may,
 * among other things. What only sets changes no value.
 */
export function markLibraryState(units: readonly Unit[]): Unit[] {
  const modules = new Map<string, string>()
  const handles = new Set<string>()
  const setting = new Set<string>()
  return units.map((unit) => {
    if (unit.kind !== 'python') return unit
    const text = withoutStrings(unit.text).trim()
    const imported = importedBy(text)
    const defined = /^(?:@[^\n]*\n\s*)*(?:async\s+)?(?:def|class)\s+(\w+)/.exec(text)?.[1]
    const library = defined === undefined ? libraryOf(unit, text, modules, handles, setting) : undefined
    for (const { mode, resource } of unit.analysis.effects) {
      if (mode !== 'write' || resourceKind(resource) !== 'name') continue
      for (const known of [modules, handles, setting]) known.delete(resourceName(resource))
    }
    for (const [name, module] of imported) modules.set(name, module)
    const held = heldBy(text, modules)
    if (held !== null) handles.add(held)
    if (defined !== undefined && mayset(text)) setting.add(defined)
    if (defined !== undefined && /^@[\w.]*register/.test(text)) return { ...unit, library: 'sets' }
    // What a library keeps is asked for again in each task: a copy would be nothing to the library.
    if (held !== null) return { ...unit, setup: true }
    if (library === undefined) return unit
    return library === 'may' ? { ...unit, library } : { ...unit, library, analysis: withoutUpdates(unit) }
  })
}

function libraryOf(
  unit: Unit,
  text: string,
  modules: ReadonlyMap<string, string>,
  handles: ReadonlySet<string>,
  setting: ReadonlySet<string>,
): Unit['library'] {
  if (isSetter(text, modules, handles)) return 'sets'
  const calls = [...text.matchAll(/(?<![\w.])(\w+)\s*\(/g)].some(([, name]) => setting.has(name!))
  if (!mayset(text) && !calls) return undefined
  return unit.setup ? 'sets' : 'may'
}

function mayset(text: string): boolean {
  return mentions.test(text) && !putsBack.test(text)
}

/** Whether a statement does nothing but set state of a library, from what does not change between two runs of it. */
function isSetter(text: string, modules: ReadonlyMap<string, string>, handles: ReadonlySet<string>): boolean {
  if (/\n\S|:=|\bawait\b|;/.test(text)) return false
  const assigned = /^([A-Za-z_][\w.]*(?:\([^()]*\))?(?:\.\w+|\[[^[\]]*\])+)\s*[-+*/|&]?=(?!=)([\s\S]+)$/.exec(text)
  if (assigned !== null) {
    const [, target, value] = assigned as unknown as [string, string, string]
    return isKept(target.replace(/(\.\w+|\[[^[\]]*\])$/, ''), modules, handles) && isQuiet(value)
  }
  const called = /^([\s\S]*?)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)$/.exec(text)
  if (called === null || !isQuiet(called[2]!)) return false
  const callee = called[1]!
  if (/^[\w.]+$/.test(callee) && setters.test(resolve(callee, modules))) return true
  const [, handle, method] = /^([\s\S]+)\.(\w+)$/.exec(callee) ?? []
  return handle !== undefined && handleMethods.test(method!) && isHandle(handle, modules, handles)
}

/** The name in `log = logging.getLogger("x")` or `options = pd.options`; null for anything else. */
function heldBy(text: string, modules: ReadonlyMap<string, string>): string | null {
  const bound = /^(\w+)\s*=(?!=)/.exec(text)?.[1]
  if (bound === undefined) return null
  const right = rightSide(text)
  const part = /^[\w.]+$/.test(right) ? resolve(right, modules) : ''
  if (keptParts.test(part)) return bound
  return getters.test(resolve(calledAtLast(right), modules)) && isQuiet(right) ? bound : null
}

/** A module or a part of one, or what a library gives to be set. */
function isKept(target: string, modules: ReadonlyMap<string, string>, handles: ReadonlySet<string>): boolean {
  const root = /^\w+/.exec(target)?.[0] ?? ''
  if (/^[\w.]+$/.test(target) && handles.has(root)) return true
  if (/^[\w.]+$/.test(target) && modules.has(root)) return !/^os\.environ$/.test(resolve(target, modules))
  return isHandle(target, modules, handles)
}

function isHandle(text: string, modules: ReadonlyMap<string, string>, handles: ReadonlySet<string>): boolean {
  const callee = getterCall.exec(text)?.[1]
  return handles.has(text) || (callee !== undefined && getters.test(resolve(callee, modules)))
}

/** Whether every call in an expression gives the same whenever it is repeated. */
function isQuiet(expression: string): boolean {
  if (/\b(for|yield)\b/.test(expression)) return false
  return [...expression.matchAll(/([A-Za-z_][\w.]*|[)\]"])\s*\(/g)].every(([, callee]) => quietCalls.test(callee!))
}

/** `np.set_printoptions` as `numpy.set_printoptions`; "" for a name that no import brought. */
function resolve(dotted: string, modules: ReadonlyMap<string, string>): string {
  const [root = '', ...rest] = dotted.split('.')
  const module = modules.get(root)
  return module === undefined ? '' : [module, ...rest].join('.')
}

/** The names that an import statement binds, with what each stands for. */
function importedBy(text: string): [string, string][] {
  const whole = /^import\s+([\s\S]+)$/.exec(text)?.[1]
  if (whole !== undefined) {
    return whole.split(',').map((part) => {
      const [path = '', as] = part.trim().split(/\s+as\s+/)
      return as === undefined ? [path.split('.')[0]!, path.split('.')[0]!] : [as, path]
    })
  }
  const [, from, names] = /^from\s+([\w.]+)\s+import\s+\(?([^)]+)\)?$/.exec(text) ?? []
  if (from === undefined) return []
  return names!.split(',').flatMap((part): [string, string][] => {
    const [name = '', as] = part.trim().split(/\s+as\s+/)
    return name === '' || name === '*' ? [] : [[as ?? name, `${from}.${name}`]]
  })
}

/** Analysis takes setting an attribute of a module for a change of the name that holds it. */
function withoutUpdates({ analysis }: Unit): Unit['analysis'] {
  const effects = analysis.effects.map((effect) =>
    effect.mode === 'update' && resourceKind(effect.resource) === 'name'
      ? { ...effect, mode: 'read' as const }
      : effect,
  )
  return { ...analysis, effects }
}
