import type { Effect } from '../../effect.ts'
import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { framesIn } from './frames.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { noteSql } from './sql.ts'
import { noteTable } from './tables.ts'
import { onlyText, unknown, type Value } from '../value.ts'

/** A frame of pandas on Spark: it is computed where it is used, and yet changes in place. */
function frameOf(frame: readonly Effect[]): Value {
  return { ...fresh(), frame }
}

const readTable: Handler = ({ run, node, args }) => frameOf(noteTable(run, argument(args, 0, 'name'), 'read', node))

const readPath: Handler = ({ run, node, args }) => frameOf(notePath(run, argument(args, 0, 'path', 'io'), 'read', node))

/** `pyspark.pandas`, by dotted name. */
export const pandasOnSparkHandlers: Handlers = {
  ...each('pyspark.pandas.read_table', readTable),
  ...each('delta csv parquet json orc excel spark_io'.replace(/\S+/g, 'pyspark.pandas.read_$&'), readPath),
  ...each('pyspark.pandas.sql', ({ run, node, args }) => {
    const names = [...args.named.keys()].filter((name) => name !== 'query' && name !== 'args')
    return frameOf([
      ...noteSql(run, node, argument(args, 0, 'query'), args.named.get('args'), names),
      ...framesIn(run, args),
    ])
  }),
  ...each('DataFrame from_pandas concat merge'.replace(/\S+/g, 'pyspark.pandas.$&'), ({ run, node, args }) => {
    useArguments(run, node, args)
    return frameOf(framesIn(run, args))
  }),
}

/** Methods of any frame that go to tables and to Delta files as only pandas on Spark does. */
export function pandasOnSparkMethod({ run, node, name, args }: LibraryCall): Value | undefined {
  const mode = onlyText(argument(args, name === 'to_table' ? 2 : 1, 'mode')) ?? 'w'
  const does = ['w', 'overwrite'].includes(mode) ? 'write' : 'update'
  if (name === 'to_table') {
    noteTable(run, argument(args, 0, 'name'), does, node)
    return unknown
  }
  if (name !== 'to_delta' && name !== 'to_spark_io') return undefined
  notePath(run, argument(args, 0, 'path'), does, node)
  return unknown
}
