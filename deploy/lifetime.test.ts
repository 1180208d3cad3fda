/** What a process started is stopped when it ends, on whichever signal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../platform/project-folder.js';

const SCRIPT = `
  const { runUntilSignal } = await import('./deploy/lifetime.ts');
  runUntilSignal(async (lifetime) => {
    lifetime.keep({ async stop() { console.log('stopped'); } });
    setInterval(() => {}, 1_000);
    console.log('started');
  });
`;

const hooks = join(PROJECT_FOLDER, 'tests', 'support', 'run-typescript.mjs');

test('it stops when npm is terminated, although npm signals only the shell in between', async () => {
  const command = `"${process.execPath}" --import "${hooks}" --input-type=module -e "$SCRIPT"; exit $?`;
  const shell = spawn('sh', ['-c', command], {
    cwd: PROJECT_FOLDER,
    env: { ...process.env, SCRIPT, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  shell.stdout.on('data', (text) => {
    output += String(text);
    if (output === 'started\n') shell.kill('SIGTERM');
  });
  await once(shell.stdout, 'end');
  expect(output).toBe('started\nstopped\n');
});
