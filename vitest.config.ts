import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules', 'dist', '.data'],
    // Two workers and the servers they talk to are what a small machine carries.
    maxWorkers: 2,
    // Limits that only a hang reaches.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
