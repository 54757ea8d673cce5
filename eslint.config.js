import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** Forbids, in `files`, every import whose path matches one of `patterns`. */
function layer(files, patterns, message, ignores = []) {
  return {
    files,
    ignores: ['**/*.test.ts', '**/*.test.tsx', '**/*.testing.ts', ...ignores],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: patterns.join('|'), message }] }] },
  }
}

const io = ['^node:', '^electron', '^ws$', '^vscode-jsonrpc']
const up = (...folders) => folders.map((folder) => `\\.\\./(${folder})(/|$)`)

export default tseslint.config(
  { ignores: ['out', 'dist', 'node_modules', '.venv', '.cache', '**/.dagbook', 'test-results'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['src/renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },

  // The arrows of docs/architecture.md. Renderer → contract ← kernel; main → kernel.
  layer(
    ['src/renderer/**/*.{ts,tsx}'],
    ['^node:', '^electron', '(^|/)kernel/(?!contract)', '(^|/)main/'],
    'The renderer knows the contract and nothing else.',
  ),
  layer(
    ['src/kernel/**/*.ts'],
    ['^electron', '^react', '(^|/)(main|renderer)/'],
    'The kernel knows neither Electron, nor the page, nor the programs that start it.',
    ['src/kernel/{problem,notebook,analysis,graph,diagnostics,orchestration,plan,bundle}/**'],
  ),
  // The pure core: text and values in, values out. Each folder may import the ones before it.
  layer(['src/kernel/problem/**/*.ts'], [...io, '^\\.\\./'], 'problem is the ground floor.'),
  layer(
    ['src/kernel/notebook/**/*.ts'],
    [...io, ...up('analysis|graph|diagnostics|session|engine|plan|bundle|job|contract')],
    'notebook is pure and knows only problem.',
  ),
  layer(['src/kernel/timeline/**/*.ts'], [...io, '^\\.\\./'], 'timeline is the ground floor, too.'),
  layer(
    ['src/kernel/analysis/**/*.ts'],
    [...io, ...up('graph|diagnostics|orchestration|session|engine|plan|bundle|job|contract')],
    'analysis is pure and knows only notebook and timeline.',
  ),
  layer(
    ['src/kernel/graph/**/*.ts'],
    [...io, ...up('diagnostics|orchestration|session|engine|plan|bundle|job|contract')],
    'graph is pure and knows only notebook, timeline and analysis.',
  ),
  layer(
    ['src/kernel/diagnostics/**/*.ts'],
    [...io, ...up('orchestration|session|engine|plan|bundle|job|contract')],
    'diagnostics is pure and knows only notebook, analysis and graph.',
  ),
  layer(
    ['src/kernel/orchestration/**/*.ts'],
    [...io, ...up('session|engine|plan|bundle|job')],
    'orchestration is pure and knows only notebook, analysis and graph.',
  ),
  layer(
    ['src/kernel/plan/**/*.ts'],
    [...io, ...up('session|engine|bundle|job|contract')],
    'plan is pure and knows only notebook, analysis and graph.',
  ),
  layer(
    ['src/kernel/bundle/**/*.ts'],
    [...io, ...up('session|engine|job|contract')],
    'bundle is pure and knows only plan and what plan knows.',
  ),
)
