/** docs/extend.md, "Add a subgraph", followed word for word in a copy of the project. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSubgraph } from '../../../deploy/add-subgraph/plan.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { FrontEnd } from '../../support/front-end.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';
import { coverageFaults } from '../tenant-walls/coverage.js';
import { blocksOf } from './guide.js';
import { copyProject, type ProjectCopy } from './project-copy.js';

const execute = promisify(execFile);

const NAME = 'feedback';
const guide = await blocksOf('Add a subgraph');
const blocks = (language: string): string[] =>
  guide.flatMap((block) => (block.language === language ? [block.text.trim()] : []));

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
});
afterAll(() => copy?.remove());

/** A command line of the document. @throws with what it said, where it fails. */
async function shell(line: string): Promise<string> {
  const [program = '', ...args] = line.split(' ');
  const options = {
    cwd: copy.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    maxBuffer: 2 ** 24,
  };
  const { stdout } = await execute(program, args, options).catch((error) => {
    throw new Error(`${line}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

describe('a name', () => {
  it.each([
    ['', 'no name'],
    ['Feedback', 'no name'],
    ['feed-back', 'no name'],
    ['../evil', 'no name'],
    ['menu', 'There is a subgraph menu'],
    ['seed', 'prisma/seed is there already'],
    ['supergraph', 'schema/supergraph.graphql is there already'],
    ['redis', 'REDIS_URL'],
    ['platform', 'PLATFORM_DATABASE_URL'],
    ['gateway', 'means something else'],
    ['audit', 'AuditEntry'],
  ])('%j is refused: %s', async (name, why) => {
    await expect(planSubgraph(PROJECT_FOLDER, name)).rejects.toThrow(why);
  });
});

describe('a subgraph that is added by the document', () => {
  const [add = '', test = '', start = ''] = blocks('sh');

  it('is written by one command, which says what it has written', async () => {
    expect(add).toBe(`npm run add:subgraph -- ${NAME}`);
    expect(await shell(add)).toContain(`subgraphs/${NAME}/index.ts`);
    expect(readFileSync(join(copy.folder, 'schema', 'supergraph.graphql'), 'utf8')).toContain(
      'feedbackEntries',
    );
  });

  it('passes its first test', async () => {
    expect(test).toBe(`npx vitest run subgraphs/${NAME}`);
    expect(await shell(test)).toMatch(/[1-9]\d* passed, 0 failed, 0 skipped/);
  });

  it('is what npm run check demands: types, format, walls, probes', async () => {
    const tsconfig = {
      extends: './tsconfig.json',
      // The error codes of every schema are merged from its types; packages without types have theirs in the platform.
      include: [`subgraphs/${NAME}`, 'schema/types', 'platform/**/*.d.ts', 'tests/support/postgres.ts'],
      compilerOptions: { incremental: false },
    };
    await copy.write('tsconfig.added.json', JSON.stringify(tsconfig));
    await shell('node node_modules/typescript/bin/tsc -p tsconfig.added.json');
    await rm(join(copy.folder, 'tsconfig.added.json'));
    await shell(
      `node node_modules/@biomejs/biome/bin/biome check --vcs-enabled=false --error-on-warnings subgraphs deploy/units.ts schema/${NAME}.graphql`,
    );
    for (const part of [
      'schema/compose.js --check',
      'schema/codegen.js --check',
      'schema/value-types.js',
      `prisma/check-migrations.js ${NAME}`,
    ])
      await shell(`node dist/${part}`);
    const sdl = readFileSync(join(copy.folder, 'schema', `${NAME}.graphql`), 'utf8');
    expect(coverageFaults([sdl], {})).toEqual([]);
  });

  it('is not added twice', async () => {
    await expect(shell(add)).rejects.toThrow(`There is a subgraph ${NAME}`);
  });

  describe('and started', () => {
    let system: WholeSystem;
    beforeAll(async () => {
      expect(start).toBe('npm start');
      system = await startWholeSystem({}, undefined, copy.folder);
    });
    afterAll(() => system?.stop());

    it('answers through the gateway, behind its role', async () => {
      const [query = ''] = blocks('graphql');
      const budi = await new FrontEnd(system.url).signIn('budi@kedai.test');
      const { me } = await budi.execute<{ me: { roles: { role: string; outletId: string | null }[] } }>(
        '{ me { roles { role outletId } } }',
      );
      const outletId = me.roles.find(({ role }) => role === 'MANAGER')?.outletId;
      expect(await budi.execute(query, { outletId })).toEqual({
        feedbackEntries: { nodes: [], totalCount: 0 },
      });
      const rina = await new FrontEnd(system.url).signIn('rina@kedai.test');
      expect(await rina.codes(query, { outletId })).toEqual(['FORBIDDEN']);
    });
  });
});
