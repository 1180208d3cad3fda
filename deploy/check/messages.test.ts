import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { untranslatedMessages } from './messages.js';

describe('the check that every message is translated', () => {
  let project: string;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'kedai-messages-'));
    await mkdir(join(project, 'subgraphs/loyalty/domain'), { recursive: true });
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  async function foundIn(text: string): Promise<string[]> {
    await writeFile(join(project, 'subgraphs/loyalty/domain/stamps.ts'), text);
    return untranslatedMessages(project);
  }
  const lacks = (message: string) =>
    `subgraphs/loyalty/domain/stamps.ts: platform/language/messages.ts lacks "${message}"`;

  it('finds nothing in Kedai itself', () => {
    expect(untranslatedMessages(PROJECT_FOLDER)).toEqual([]);
  });

  it.each([
    ["throw UserFault.of('INVALID_STATE', 'The card is full', ['id']);", 'The card is full'],
    [`throw UserFault.of(code, \`\${name} has \${count} stamps\`);`, '7 has 7 stamps'],
    ["throw requestError(code, isFull ? 'Not allowed' : 'The card is torn');", 'The card is torn'],
    ["const message = 'The card is wet';", 'The card is wet'],
    ["faults.push({ code, field, message: 'The card is blue' });", 'The card is blue'],
    ["const stamps = z.number().max(10, 'At most ten stamps');", 'At most ten stamps'],
    ["fault(['stamps'], 'Stamps are round');", 'Stamps are round'],
  ])('names what %s says', async (source, message) => {
    expect(await foundIn(source)).toEqual([lacks(message)]);
  });

  it.each([
    `throw UserFault.of('INVALID_INPUT', \`At most \${MAXIMUM} at once\`);`,
    "throw notFound('Outlet');",
    "log.warn({ card }, 'The card is gone');",
  ])('accepts %s', async (source) => {
    expect(await foundIn(source)).toEqual([]);
  });
});
