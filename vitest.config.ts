import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The copy of graphql that Node itself loads, and so the one of every package: two copies do not recognise each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist', '.data'],
    // Two workers and the servers they talk to are what a small machine carries.
    maxWorkers: 2,
    globalSetup: ['tests/support/postgres.ts'],
    reporters: ['default', './tests/support/final-line.ts'],
    // Limits that only a hang reaches.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
