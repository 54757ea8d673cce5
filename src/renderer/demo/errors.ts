import { flights } from './flights.ts'
import { show, stdout, type DemoCell, type Scene } from './scene.ts'

/** The same notebook where things went wrong, one cell in each state, and outputs of the hard kind. */
export function errors(): Scene {
  const scene = flights()
  const cells = scene.cells.map((cell, index): DemoCell => {
    if (index === 5) {
      const error = {
        name: 'AnalysisException',
        message:
          'column `dep_dealy` is not in `flights`. Did you mean `dep_delay`?\nThe table has: time_hour, carrier, flight, origin, dest, dep_delay, fare, tailnum',
        line: 7,
        traceback: [
          {
            file: 'Clean flights',
            line: 7,
            function: '<cell>',
            text: '.withColumn("late", is_late(F.col("dep_delay")))',
            cell: 'c5',
          },
          {
            file: 'pyspark/sql/connect/dataframe.py',
            line: 1723,
            function: 'withColumn',
            text: 'return self._with(plan)',
            cell: null,
          },
          {
            file: 'pyspark/sql/connect/client/core.py',
            line: 1985,
            function: '_handle_error',
            text: 'raise convert_exception(info, status.message)',
            cell: null,
          },
        ],
      }
      return { ...cell, state: 'failed', error, outputs: [stdout('reading 28,485 rows\n')] }
    }
    if (index === 6 || index === 8 || index === 9) return { ...cell, state: 'blocked', because: [5] }
    if (index === 7) return { ...cell, state: 'running' }
    if (index === 10) {
      const long = Array.from({ length: 5000 }, (_, at) => `epoch ${at}: loss ${(1 / (at + 1)).toFixed(6)}`).join('\n')
      return {
        ...cell,
        state: 'cancelled',
        outputs: [stdout(long), { type: 'stream', stream: 'stderr', text: 'UserWarning: it did not converge\n' }],
      }
    }
    if (index === 12) return { ...cell, state: 'queued' }
    return cell
  })
  const more: DemoCell[] = [
    {
      kind: 'python',
      title: 'أسماء 🚀 и ünïcode',
      state: 'fresh',
      ms: 3,
      source: 'print("مرحبا 👋 żółć")',
      outputs: [stdout('مرحبا 👋 żółć\n')],
    },
    { kind: 'python', title: 'After the end', state: 'skipped', because: [12], source: 'never = 1' },
    { kind: 'python', title: 'Switched off', mode: 'off', state: 'disabled', source: '# dagbook: run=off\nold = 1' },
    {
      kind: 'python',
      title: 'Script',
      state: 'fresh',
      ms: 4,
      source: 'HTML(chart)',
      outputs: [
        show(
          'text/html',
          '<p id="x">no script</p><script>document.getElementById("x").textContent = "script ran, origin " + origin</script>',
        ),
      ],
    },
  ]
  return {
    ...scene,
    cells: [...cells, ...more],
    diagnostics: [
      ...scene.diagnostics,
      {
        code: 'defined-below',
        severity: 'error',
        cell: 10,
        line: 1,
        where: { start: 8, end: 11 },
        message: 'fit is defined only below, in the cell after_the_end. Move that cell above this one.',
        fixable: true,
      },
    ],
    fixes: new Map([
      [
        'defined-below',
        [
          { title: 'Move after_the_end above this cell', edits: [{ op: 'move', cell: 'c15', after: 'c9' }] },
          {
            title: 'Write fitted',
            edits: [{ op: 'change', cell: 'c10', source: scene.cells[10]!.source.replace('fit', 'fitted') }],
          },
        ],
      ],
    ]),
  }
}
