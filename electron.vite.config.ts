import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Three outputs: out/main (ES modules: the desktop entry, serve, cli and the workers), out/preload (one small CommonJS
 * file, since a sandboxed preload cannot be ESM), out/renderer (the page, the same for both hosts).
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node22',
      rolldownOptions: {
        input: {
          index: here('main/index.ts'),
          serve: here('main/serve.ts'),
          cli: here('main/cli.ts'),
          'learning-worker': here('main/learning/learning-worker.ts'),
          'read-worker': here('main/store/read-worker.ts'),
          'replay-worker': here('main/automation/replay/replay-worker.ts'),
          'planning-worker': here('main/planning/planning-worker.ts'),
          'policy-worker': here('main/planning/learnt/policy-worker.ts'),
          'backtest-worker': here('main/planning/backtest/backtest-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: here('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('renderer'),
    plugins: [react()],
    build: {
      outDir: here('out/renderer'),
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: here('renderer/index.html') } },
    },
  },
});
