import { gap } from '../../rough-path.ts'
import { argument } from '../arguments.ts'
import { fresh } from '../expressions.ts'
import { collectionOf } from '../variables.ts'
import { entryOf } from './files.ts'
import { each, type Handlers } from './handler.ts'
import { notePath } from './paths.ts'
import { joinPaths } from './path-texts.ts'
import { ofLiteral, unknown } from '../value.ts'

/** What `dbutils.fs` does to files. */
export const dbfsHandlers: Handlers = {
  ...each('dbutils.fs.ls', ({ run, node, args }) => {
    const path = argument(args, 0, 'path', 'dir')
    notePath(run, path, 'read', node)
    return collectionOf(run, entryOf({ run }, joinPaths(path ?? unknown, ofLiteral(gap))))
  }),
  ...each(
    'dbutils.fs.head',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'file'), 'read', node), fresh()),
  ),
  ...each('dbutils.fs.put', ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'file'), 'write', node)
    return unknown
  }),
  ...each('dbutils.fs.mkdirs', ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'dir'), 'update', node)
    return unknown
  }),
  ...each('dbutils.fs.rm', ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'dir', 'path'), 'write', node)
    return unknown
  }),
  // Into a folder that is there they put a file beside the others.
  ...each('dbutils.fs.cp dbutils.fs.mv', ({ run, node, args, name }) => {
    notePath(run, argument(args, 0, 'from_', 'source'), name === 'mv' ? 'update' : 'read', node)
    notePath(run, argument(args, 1, 'to', 'dest'), 'update', node)
    return unknown
  }),
  ...each('dbutils.fs.mount dbutils.fs.updateMount', ({ run, node, args }) => {
    notePath(run, argument(args, 1, 'mountPoint', 'mount_point'), 'update', node)
    return unknown
  }),
  ...each('dbutils.fs.unmount', ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'mountPoint', 'mount_point'), 'update', node)
    return unknown
  }),
}
