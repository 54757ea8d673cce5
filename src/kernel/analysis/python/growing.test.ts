import { expect, test } from 'vitest'
import { analyzeCell, defaultNamespace } from '../index.ts'

test('what grows in nested loops is given up in time', { timeout: 20_000 }, () => {
  const source = `
class Net:
    def __init__(self):
        self.weights = [[0.1] * 9] * 9
        self.changes = [[0.0] * 9] * 9

    def step(self, inputs):
        for row in range(20):
            for column in range(20):
                change = inputs[row] * self.weights[column][row]
                self.weights[row][column] = self.weights[row][column] - change + self.changes[row][column]
                self.changes[row][column] = change

net = Net()
for inputs in zip(data, data):
    net.step(inputs)
    net.step(inputs)
`
  const { effects } = analyzeCell({ kind: 'python', source }, { namespace: defaultNamespace, files: () => null })
  expect(effects.map(({ mode, resource }) => `${mode} ${resource}`)).toContain('write name:net')
})
