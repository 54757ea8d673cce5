import type { Arguments } from '../arguments.ts'
import { Kind, type CallNode } from '../nodes.ts'

// What methods of objects do about which nothing is known but the method's name.

/** Change their object and give None: where the result is wanted, it is another method of that name. */
const givesNothing = words(`
  append extend insert remove clear sort reverse add discard update intersection_update difference_update
  symmetric_difference_update appendleft extendleft rotate fill put resize itemset writelines
`)

const changing = words(`
  pop popitem popleft setdefault fit fit_transform fit_predict fit_resample partial_fit set_params load_state_dict step zero_grad
  backward compile setflags write put_nowait get_nowait fetchone fetchall fetchmany commit rollback executemany executescript
  add_row add_column add_edge add_node add_edges_from add_nodes_from remove_node remove_edge add_subplot add_axes add_trace
  update_layout update_traces update_xaxes update_yaxes __setitem__ __delitem__ __setattr__ __iadd__ subtract move_to_end
  register register_buffer add_module seed shuffle set_index_names most_common_update
`)

/** Are `set_…` and yet give a new frame, or belong to a library's own settings. */
const pureSetters = words(
  'set_index set_axis set_flags set_option set_precision set_caption set_table_styles set_properties set_td_classes',
)

const changingArguments = words('shuffle add_at')

/** Whether a method changes what it is given: `rng.shuffle(deck)`. */
export function changesArguments(name: string): boolean {
  return changingArguments.has(name) || isTrailing(name)
}

/** `tensor.add_(1)`: PyTorch names so what works in place. */
function isTrailing(name: string): boolean {
  return /^[a-z]\w*[a-z0-9]_$/.test(name)
}

const looksChanging =
  /^(add|set|remove|register|insert|append|push|reset|attach|detach|subscribe|configure|feed|read_(string|dict|file))(_|$)/
const harmless = new RegExp(
  '^(' +
    'show|display|print\\w*|head|tail|info|debug|warn|warning|error|exception|critical|log|describe|summary|memory_usage|' +
    'plot\\w*|hist|boxplot|scatter|bar|barh|pie|line|count|collect|sample|value_counts|nunique|unique|mean|sum|min|max|' +
    'get\\w*|is\\w*|has\\w*|to_\\w+|save\\w*|write\\w*|dump\\w*|export\\w*|render\\w*|assert\\w*|check\\w*|validate|explain|' +
    'add_(prefix|suffix)|equals|items|keys|values|copy|join|split|strip|lower|upper|format|result|wait|cache|persist|unpersist' +
    ')$',
)

/**
 * Whether a method of an object that cannot be looked into changes it, to judge by its name and its use: a statement that calls a
 * method and takes nothing from it calls it for what it does. The last line of a cell is shown.
 */
export function changesByLooks(name: string, node: CallNode): boolean {
  if (harmless.test(name) || pureSetters.has(name) || givesNothing.has(name)) return false
  return looksChanging.test(name) || (isDiscarded(node) && !isLastOfCell(node))
}

function isDiscarded({ parent }: CallNode): boolean {
  return parent?.nodeType === Kind.StatementList
}

function isLastOfCell(node: CallNode): boolean {
  const line = node.parent
  return line?.parent?.nodeType === Kind.Module && line.parent.d.statements.at(-1) === line
}

/** Whether a method draws on axes that it gives back. */
export function drawsAxes(name: string): boolean {
  return /^(plot|hist|boxplot)$/.test(name)
}

/** Whether a method of a connection gives something that goes through it. */
export function givesHandle(name: string): boolean {
  return /^(cursor|begin|connect|transaction|session|execute|executemany|makefile)$/.test(name)
}

/** What these give is, or holds, their object or a part of it. */
const partKeeping = words(`
  get setdefault pop popitem popleft fit partial_fit set_params reshape ravel view transpose squeeze swapaxes
  diagonal to_numpy __getitem__ __iter__ __next__ __enter__ gca gcf get_axes add_subplot subplots parameters named_parameters
  modules children state_dict nodes edges getroot find findall iter iterrows itertuples groupby keys setflags update_layout
  update_traces peek front first last train eval head tail xs truncate view_as expand
  permute T t unbind chunk narrow contiguous detach cpu numpy get_group rolling
`)

/** Whether a method puts its last argument into its object as one more member. */
export function addsMember(name: string): boolean {
  return name === 'append' || name === 'add' || name === 'appendleft' || name === 'insert'
}

const reaching = words('fit fit_transform fit_predict partial_fit step backward train eval zero_grad load_state_dict')

/** Whether `object.name(…)` changes the object. */
export function changesInPlace(name: string, args: Arguments, call: CallNode): boolean {
  const inplace = args.named.get('inplace')
  if (inplace !== undefined && !(inplace.literals?.length === 1 && inplace.literals[0] === false)) return true
  if (givesNothing.has(name)) return !isWanted(call)
  if (changing.has(name) || isTrailing(name)) return true
  if (
    (name === 'train' || name === 'eval') &&
    args.positional.every((value) => value.literals !== null && typeof value.literals[0] !== 'string')
  )
    return true
  return name.startsWith('set_') && !pureSetters.has(name)
}

/** Whether a method of that name changes its object, however it is called. */
export function isChangeName(name: string): boolean {
  return givesNothing.has(name) || changing.has(name)
}

const merging = words(
  'extend extendleft update intersection_update difference_update symmetric_difference_update writelines',
)

/** Whether a method puts into its object what its arguments hold, and not the arguments. */
export function mergesArguments(name: string): boolean {
  return merging.has(name)
}

/** Whether the result of a method is a part of its object. */
export function keepsParts(name: string): boolean {
  return partKeeping.has(name)
}

/** Whether a method that changes its object may change what is in it too: a pipeline fits its steps. */
export function reachesAll(name: string): boolean {
  return reaching.has(name)
}

function isWanted(call: CallNode): boolean {
  const { parent } = call
  if (parent === undefined) return false
  return (parent.nodeType === Kind.Assignment && parent.d.rightExpr === call) || parent.nodeType === Kind.MemberAccess
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
