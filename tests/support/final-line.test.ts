import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-final-line-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs test files of their own with the reporter and answers what was printed, line by line. */
async function linesOf(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const vitest = join(PROJECT_FOLDER, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = fileURLToPath(new URL('./final-line.ts', import.meta.url));
  const args = [vitest, 'run', '--root', folder, '--globals', '--reporter', reporter];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return stdout.trim().split('\n');
}

it('says why tests were skipped, and ends with one line of what passed, failed and was skipped', async () => {
  const lines = await linesOf({
    'a.test.js': `
      it('passes', () => {});
      it('fails', () => { throw new Error('no') });
      it('is skipped', ({ skip }) => skip('the moon is full'));
    `,
    'b.test.js': `
      describe.skip('a tide (needs a moon)', () => { it('rises', () => {}); it('falls', () => {}); });
      it('passes too', () => {});
    `,
  });
  expect(lines.filter((line) => line.startsWith('Skipped ')).sort()).toEqual([
    'Skipped 1: is skipped: the moon is full',
    'Skipped 2: a tide (needs a moon)',
  ]);
  expect(lines.at(-1)).toBe('2 passed, 1 failed, 3 skipped');
});

it('names what failed and why at the end, where a log that is cut still shows it', async () => {
  const lines = await linesOf({
    'a.test.js': `describe('a tide', () => { it('rises', () => { throw new Error('no moon\\nand no sun') }) });`,
    'b.test.js': `throw new Error('cannot be read')`,
    'c.test.js': `it('passes', async () => { setTimeout(() => { throw new Error('later') }); await new Promise((r) => setTimeout(r, 50)) });`,
  });
  expect(lines.slice(-4, -1)).toEqual([
    'Failed: a.test.js > a tide > rises: no moon',
    'Failed: b.test.js: cannot be read',
    'Failed: outside of any test: later',
  ]);
});

it('counts a file that cannot be read, a hook that fails and an uncaught error', async () => {
  const lines = await linesOf({
    'a.test.js': `throw new Error('cannot be read')`,
    'b.test.js': `describe('hooked', () => { afterAll(() => { throw new Error('hook') }); it('passes', () => {}); });`,
    'c.test.js': `it('passes', async () => { setTimeout(() => { throw new Error('later') }); await new Promise((r) => setTimeout(r, 50)) });`,
  });
  expect(lines.at(-1)).toBe('2 passed, 3 failed, 0 skipped');
});

it('counts a set-up that fails before any test', async () => {
  const lines = await linesOf({
    'vitest.config.mjs': `export default { test: { globalSetup: ['./set-up.mjs'] } }`,
    'set-up.mjs': `export default () => { throw new Error('no server') }`,
    'a.test.js': `it('passes', () => {})`,
  });
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
});
