/** `npm run check`: everything that can be checked without running the tests. Reports each check, and fails if any does. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => `node_modules/.bin/${name}${process.platform === 'win32' ? '.cmd' : ''}`;
const node = process.execPath;

const CHECKS = [
  ['types', bin('tsc'), '-p', '.'],
  ['types of the screens', bin('tsc'), '-p', 'web'],
  ['lint and format', bin('biome'), 'check', '--error-on-warnings', '.'],
  ['module boundaries', node, 'deploy/check/boundaries.mjs'],
  ['every export is used', node, 'deploy/check/dead-exports.mjs'],
  ['every consumer is started', node, 'dist/deploy/check/consumers.js'],
  ['every message is translated', node, 'dist/deploy/check/messages.js'],
  ['supergraph is what the subgraphs compose to', node, 'dist/schema/compose.js', '--check'],
  ['clients of the released schema keep working', node, 'dist/schema/breaking-changes.js'],
  ['receivers of the released events keep working', node, 'dist/deploy/check/event-schemas.js'],
  [
    'resolver types and operations of the screens are what the schemas give',
    node,
    'dist/schema/codegen.js',
    '--check',
  ],
  ['everything that clients see is described', node, 'dist/schema/descriptions.js'],
  ['shared value types are equal', node, 'dist/schema/value-types.js'],
  ['migrations lead to the Prisma schemas', node, 'dist/prisma/check-migrations.js'],
  [
    'everything of the schemas is probed at the walls between tenants',
    ...[node, '--import', './tests/support/run-typescript.mjs', 'tests/e2e/tenant-walls/check-coverage.ts'],
  ],
];

/** Two at a time: a small machine has two cores. */
const queue = [...CHECKS];
await Promise.all([worker(), worker()]);

async function worker() {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const [title, program, ...args] = check;
    const start = performance.now();
    const { code, output } = await run(program, args);
    console.log(`${code === 0 ? '✓' : '✗'} ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    if (code === 0) continue;
    console.log(output.trim());
    process.exitCode = 1;
  }
}

function run(program, args) {
  const child = spawn(program, args, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
