/** What a process started is stopped when it ends, on whichever signal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { eventually } from '../tests/support/wait.js';

const SCRIPT = `
  const { runUntilSignal } = await import('./deploy/lifetime.ts');
  runUntilSignal(async (lifetime) => {
    lifetime.keep({ async stop() { console.log('stopped'); } });
    setInterval(() => {}, 1_000);
    console.log('started');
  });
`;

const SERVING = `
  const { runUntilSignal } = await import('./deploy/lifetime.ts');
  const { startHttpServer } = await import('./platform/http/server.ts');
  const { createLog } = await import('./platform/log.ts');
  runUntilSignal(async (lifetime) => {
    lifetime.drainFor(600);
    const { port } = lifetime.keep(
      await startHttpServer({ host: '127.0.0.1', port: 0, routes: [], ready: async () => {}, log: createLog('silent') }),
    );
    console.log(port);
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

test('it says that it is not ready before it stops, and serves until then', async () => {
  const child = spawn(process.execPath, ['--import', hooks, '--input-type=module', '-e', SERVING], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(child.stdout, 'data');
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${Number(port)}${path}`)).status;
    expect(await status('/health/ready')).toBe(200);

    child.kill('SIGTERM');
    await eventually(async () => expect(await status('/health/ready')).toBe(503));
    expect(await status('/health/live')).toBe(200);

    // A second Ctrl-C waits for nothing.
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
