import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { unstartedConsumers } from './consumers.js';

const INDEX = `import { settle } from './operations/settle.js';`;
const POINTS =
  'export function consumer({ database }: ConsumerParts): Consumer { return noticesOf(database); }';

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

  it('names a consumer of another name than it is started by', async () => {
    const thanks = 'export function thanks({ database }: ConsumerParts): Consumer { return database; }';
    expect(await foundIn({ 'events/thanks.ts': thanks })).toEqual([
      'subgraphs/loyalty/events/thanks.ts: it has to export thanks as "consumer", in a file of its own: so it is started',
    ]);
  });

  it('names a consumer that takes something else than all of them get', async () => {
    const thanks = 'export function consumer(database: Database): Consumer { return database; }';
    expect(await foundIn({ 'events/thanks.ts': thanks })).toEqual([
      'subgraphs/loyalty/events/thanks.ts: consumer has to take ConsumerParts, not Database',
    ]);
    const part = `export function consumer({ log }: Pick<ConsumerParts, 'log'>): Consumer { return log; }`;
    expect(await foundIn({ 'events/thanks.ts': part })).toEqual([]);
  });

  it('names a file of events that has no consumer and is not imported', async () => {
    expect(await foundIn({ 'events/thanks.ts': 'export const thanks = { types: [] };' })).toEqual([
      'subgraphs/loyalty/events/thanks.ts: it exports no consumer and nothing imports it, so it does nothing',
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
