import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { unstartedConsumers } from './consumers.js';

const INDEX = `
  import { points } from './events/points.js';
  import { settle } from './operations/settle.js';
  start({ consumers: [points(database)], settle });
`;
const POINTS = 'export function points(database: Database): Consumer { return noticesOf(database); }';

describe('the check that every consumer is started', () => {
  let project: string;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'kedai-consumers-'));
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  /** What is found in a subgraph of these files. */
  async function foundIn(files: Readonly<Record<string, string>>): Promise<string[]> {
    const subgraphs = join(project, 'subgraphs');
    await rm(subgraphs, { recursive: true, force: true });
    for (const [name, text] of Object.entries({ 'index.ts': INDEX, 'events/points.ts': POINTS, ...files })) {
      const file = join(subgraphs, 'loyalty', name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return unstartedConsumers(project);
  }

  it('finds nothing in Kedai itself', () => {
    expect(unstartedConsumers(PROJECT_FOLDER)).toEqual([]);
  });

  it('names a consumer that index.ts does not call, imported or not', async () => {
    const thanks = 'export function thanks(database: Database): Consumer { return database; }';
    const sentence =
      'subgraphs/loyalty/events/thanks.ts: index.ts does not start thanks: list it among its consumers';
    expect(await foundIn({ 'events/thanks.ts': thanks })).toEqual([sentence]);
    const imported = `import { thanks } from './events/thanks.js';\n${INDEX}`;
    expect(await foundIn({ 'events/thanks.ts': thanks, 'index.ts': imported })).toEqual([sentence]);
  });

  it('names a file of events that is not imported, whatever it exports', async () => {
    expect(await foundIn({ 'events/thanks.ts': 'export const thanks = { types: [] };' })).toEqual([
      'subgraphs/loyalty/events/thanks.ts: index.ts does not import it, so what it consumes never arrives',
    ]);
  });

  it('accepts what consumers and operations import, and tests', async () => {
    const files = {
      'events/notices.ts': 'export const noticesOf = () => null;',
      'events/points.ts': `import { noticesOf } from './notices.js';\n${POINTS}`,
      'events/points.test.ts': '',
      'events/shared.ts': 'export const shared = 1;',
      'operations/settle.ts': `import { shared } from '../events/shared.js';\nexport const settle = shared;`,
    };
    expect(await foundIn(files)).toEqual([]);
  });
});
