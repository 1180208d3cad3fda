import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'kedai-prepare-'));
  await mkdir(join(project, 'node_modules'));
});

afterEach(async () => {
  await rm(project, { recursive: true, force: true });
});

/** The answer of a call such as `isBuilt(project)` to a file of this folder, made as a command would make it. */
function call(file: string, expression: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, script(file, expression), {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout || 'null');
}

function script(file: string, expression: string): string[] {
  const code = `
    const project = ${JSON.stringify(project)};
    const { ${expression.split('(')[0]} } = await import(${JSON.stringify(new URL(file, import.meta.url).href)});
    const answer = await ${expression};
    if (answer !== undefined) process.stdout.write(JSON.stringify(answer));
  `;
  return ['--input-type=module', '--eval', code];
}

describe('whether the packages are installed', () => {
  const tea = { version: '1.0.0' };
  const forAnotherMachine = { version: '1.0.0', optional: true };

  async function installed(wanted: object, present: object | undefined): Promise<unknown> {
    await writeFile(join(project, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
    const noted = join(project, 'node_modules', '.package-lock.json');
    if (present) await writeFile(noted, JSON.stringify({ packages: present }));
    return call('./packages.mjs', 'arePackagesInstalled(project)');
  }

  it('is true when npm recorded what the lock file requires, packages for other platforms aside', async () => {
    expect(
      await installed(
        { 'node_modules/tea': tea, 'node_modules/mac': forAnotherMachine },
        { 'node_modules/tea': tea },
      ),
    ).toBe(true);
  });

  it.each([
    ['nothing is installed', { 'node_modules/tea': tea }, undefined],
    ['one is missing, such as all that only building needs', { 'node_modules/tea': tea }, {}],
    ['one is of another version', { 'node_modules/tea': tea }, { 'node_modules/tea': { version: '0.9.0' } }],
    ['one is no longer wanted', {}, { 'node_modules/tea': tea }],
  ])('is not so when %s', async (_, wanted, present) => {
    expect(await installed(wanted, present)).toBe(false);
  });
});

describe('the build', () => {
  beforeEach(async () => {
    await mkdir(join(project, 'platform'));
    await writeFile(join(project, 'platform', 'tea.ts'), 'export const tea: string = "hot";\n');
    await writeFile(join(project, 'platform', 'tea.test.ts'), 'this is not built\n');
  });

  it('writes each file to its path in dist, with its source map, and is then up to date', async () => {
    expect(call('./build.mjs', 'isBuilt(project)')).toBe(false);
    call('./build.mjs', 'build(project)');
    const built = await readFile(join(project, 'dist', 'platform', 'tea.js'), 'utf8');
    expect(built).toMatch(/const tea = "hot";.*sourceMappingURL=tea\.js\.map/s);
    expect(existsSync(join(project, 'dist', 'platform', 'tea.test.js'))).toBe(false);
    expect(call('./build.mjs', 'isBuilt(project)')).toBe(true);
  });

  it('is out of date when a source changes or dist is gone', async () => {
    call('./build.mjs', 'build(project)');
    await writeFile(join(project, 'platform', 'milk.ts'), 'export const milk = 1;\n');
    expect(call('./build.mjs', 'isBuilt(project)')).toBe(false);
    call('./build.mjs', 'build(project)');
    await rm(join(project, 'dist'), { recursive: true });
    expect(call('./build.mjs', 'isBuilt(project)')).toBe(false);
  });

  it('removes the output of a deleted source', async () => {
    call('./build.mjs', 'build(project)');
    await writeFile(join(project, 'platform', 'milk.ts'), 'export const milk = 1;\n');
    await rm(join(project, 'platform', 'tea.ts'));
    call('./build.mjs', 'build(project)');
    expect(existsSync(join(project, 'dist', 'platform', 'tea.js'))).toBe(false);
    expect(existsSync(join(project, 'dist', 'platform', 'tea.js.map'))).toBe(false);
  });

  it('names file and line of a syntax error, and stays out of date', async () => {
    await writeFile(join(project, 'platform', 'tea.ts'), 'export const = 1;\n');
    expect(() => call('./build.mjs', 'build(project)')).toThrow(/platform\/tea\.ts:1:13/);
    expect(call('./build.mjs', 'isBuilt(project)')).toBe(false);
  });
});

describe('the lock', () => {
  /** Notes in a file that it runs, that it ends, and in between lets others try to run. */
  const work = `withLock(project, async () => {
    const { appendFileSync } = await import('node:fs');
    appendFileSync(project + '/log', 'begin ');
    await new Promise((resolve) => setTimeout(resolve, 100));
    appendFileSync(project + '/log', 'end ');
  })`;

  it('lets one process at a time prepare a clone', async () => {
    const runs = [1, 2, 3].map(
      () =>
        new Promise((resolve) => spawn(process.execPath, script('./lock.mjs', work)).once('close', resolve)),
    );
    expect(await Promise.all(runs)).toEqual([0, 0, 0]);
    expect(await readFile(join(project, 'log'), 'utf8')).toBe('begin end begin end begin end ');
  });

  it('is taken over at once from a process that was killed', () => {
    const killed = script('./lock.mjs', "withLock(project, () => process.kill(process.pid, 'SIGKILL'))");
    expect(spawnSync(process.execPath, killed).signal).toBe('SIGKILL');
    const next = spawnSync(process.execPath, script('./lock.mjs', work), { encoding: 'utf8' });
    expect({ status: next.status, said: next.stderr }).toEqual({ status: 0, said: '' });
    expect(existsSync(join(project, 'log'))).toBe(true);
  });
});
