/** `npm run test:long`: what takes longer than the suite may. One file at a time, each on a system of its own. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['tests/long/**/*.long.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['verbose', './tests/support/final-line.ts'],
  },
});
