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
  register_buffer add_module seed shuffle set_index_names most_common_update
`)

/** Are `set_…` and yet give a new frame, or belong to a library's own settings. */
const pureSetters = words(
  'set_index set_axis set_flags set_option set_precision set_caption set_table_styles set_properties set_td_classes',
)

/** What these give is, or holds, their object or a part of it. */
const partKeeping = words(`
  get setdefault pop popitem popleft fit partial_fit set_params reshape ravel view transpose squeeze swapaxes
  diagonal to_numpy __getitem__ __iter__ __next__ __enter__ gca gcf get_axes add_subplot subplots parameters named_parameters
  modules children state_dict nodes edges getroot find findall iter iterrows itertuples groupby keys setflags update_layout
  update_traces peek front first last train eval
`)

/** Whether a method puts its last argument into its object as one more member. */
export function addsMember(name: string): boolean {
  return name === 'append' || name === 'add' || name === 'appendleft' || name === 'insert'
}

const reaching = words('fit fit_transform fit_predict partial_fit step backward train eval')

/** Whether `object.name(…)` changes the object. */
export function changesInPlace(name: string, args: Arguments, call: CallNode): boolean {
  const inplace = args.named.get('inplace')
  if (inplace !== undefined && !(inplace.literals?.length === 1 && inplace.literals[0] === false)) return true
  if (givesNothing.has(name)) return !isWanted(call)
  if (changing.has(name)) return true
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
