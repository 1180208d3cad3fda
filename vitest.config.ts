import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SpreadStories } from './tests/support/sequencer.js';

const excluded = ['**/node_modules/**', 'dist', '.data'];
// They replace modules, or set the clock, after which new ids are of the future.
const isolated = ['tests/e2e/tenant-walls/**/*.test.ts', 'subgraphs/order/resolvers/archived-order.test.ts'];

function project(test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return {
    // The copy of graphql that Node itself loads, and so the one of every package: two copies do not recognise each other's types.
    resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
    // Limits that only a hang reaches.
    test: { testTimeout: 300_000, hookTimeout: 300_000, ...test },
  };
}

export default defineConfig({
  test: {
    // A worker waits for its servers much of the time: one more than a small machine has cores.
    maxWorkers: 3,
    sequence: { sequencer: SpreadStories },
    globalSetup: ['tests/support/postgres.ts'],
    reporters: ['default', './tests/support/final-line.ts'],
    projects: [
      // The files of a worker share its modules, as the units of `npm start` do: to load them for each file takes longer than the tests.
      project({
        name: 'shared modules',
        include: ['**/*.test.ts'],
        exclude: [...excluded, ...isolated],
        isolate: false,
      }),
      project({ name: 'isolated', include: isolated, exclude: excluded }),
    ],
  },
});
