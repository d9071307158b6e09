import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const projectOf = (name: string, include: readonly string[], testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [...include], testTimeout, hookTimeout: testTimeout },
});

/** unit = the fast set of `npm test`; faults and long run under their own names. */
export default defineConfig({
  plugins: [react()],
  test: {
    environment: 'node',
    pool: 'forks',
    // Vitest leaves one core free, which on two cores means one process for all.
    maxWorkers: '100%',
    projects: [
      projectOf('unit', ['test/{unit,property,integration}/**/*.test.{ts,tsx}'], 30_000),
      projectOf('faults', ['test/faults/**/*.test.ts'], 300_000),
      projectOf('long', ['test/long/**/*.test.ts'], 900_000),
    ],
  },
});
