import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Leaves the parser's messages in English: the translations are three quarters of what would be built from it. */
function withoutTranslations(): Plugin {
  return {
    name: 'without-translations',
    enforce: 'pre',
    load: (id) => (/pyright-internal.*package\.nls\.(?!en-us).*\.json$/.test(id) ? '{}' : undefined),
  }
}

/**
 * What the programs do not import but read or start: the Python worker in out/worker, and beside the programs the files
 * their modules look for in their own folder.
 */
function withFilesBeside(): Plugin {
  const engine = 'src/kernel/engine/spark'
  const isProduct = (path: string) => !/__pycache__|\.test\.ts$|[\\/]test_[^\\/]*\.py$/.test(path)
  return {
    name: 'with-files-beside',
    writeBundle({ dir = '' }) {
      cpSync('src/kernel/engine/worker', join(dir, '..', 'worker'), { recursive: true, filter: isProduct })
      cpSync('node_modules/@polyglot-sql/sdk/dist/polyglot_sql.wasm', join(dir, 'polyglot_sql.wasm'))
      const beside = readdirSync(engine).filter((name) => /\.(py|scala)$/.test(name) && isProduct(join(engine, name)))
      for (const name of beside) cpSync(join(engine, name), join(dir, name))
    },
  }
}

export default defineConfig({
  main: {
    plugins: [withoutTranslations(), withFilesBeside()],
    build: {
      externalizeDeps: false,
      // Stack traces name functions and lines that are in the sources.
      minify: false,
      rollupOptions: {
        input: {
          cli: 'src/main/cli.ts',
          desktop: 'src/main/desktop.ts',
          'kernel-process': 'src/main/kernel-process.ts',
        },
        // All in one folder: a module that looks beside itself finds the same files in whatever chunk it ends up.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'src/main/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    // Half the bytes to read before the first cell is shown; `npx vite` in src/renderer serves the page as it is written.
    build: { minify: true, rollupOptions: { input: 'src/renderer/index.html' } },
  },
})
