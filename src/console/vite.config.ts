import { defineConfig } from 'vite'

// What Express serves. `npx vite src/console` serves it while one works on it, with the API of the line that runs here.
export default defineConfig({
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    // Inline data would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // "use client" means nothing here, and the component library says it in every file.
      onLog: (level, log, next) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log)
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8255' } },
})
