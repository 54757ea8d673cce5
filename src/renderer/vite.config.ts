import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The page alone, with its demo: for work on the page and for its end-to-end tests. The app itself is built by electron-vite. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  cacheDir: '../../.cache/vite-renderer',
  server: { host: '127.0.0.1' },
  build: {
    outDir: '../../.cache/renderer-demo',
    emptyOutDir: true,
    rolldownOptions: { input: ['index.html', 'demo.html'].map((page) => `${import.meta.dirname}/${page}`) },
  },
})
