import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf } from './guide.js';
import { copyProject, type ProjectCopy } from './project-copy.js';

const REGISTRY = 'platform/outlet-settings/registry.ts';
const PLACEMENT = 'subgraphs/order/operations/placement.ts';
const MESSAGES = 'platform/language/messages.ts';
const TEST = 'subgraphs/order/operations/minimum-order.test.ts';
const SETTING_IT = 'subgraphs/menu/operations/minimum-order.test.ts';

describe('docs/extend.md, "Add an outlet setting"', () => {
  let project: ProjectCopy;
  let blocks: Block[];
  beforeAll(async () => {
    [project, blocks] = await Promise.all([copyProject(), blocksOf('Add an outlet setting')]);
  });
  afterAll(() => project?.remove());

  const textOf = (language: string, ordinal: number) =>
    blocks.filter((block) => block.language === language)[ordinal]?.text ?? '';

  it('has a setting with a rule, and a test that passes', async () => {
    await project.apply(REGISTRY, textOf('diff', 0));
    await project.apply(REGISTRY, textOf('diff', 1));
    for (const ordinal of [2, 3, 4]) await project.apply(PLACEMENT, textOf('diff', ordinal));
    await project.apply(MESSAGES, textOf('diff', 5));
    await project.write(TEST, textOf('ts', 0));
    const [command = ''] = textOf('sh', 0).split('\n');
    expect(command).toBe(`npx vitest run ${TEST}`);
    expect((await run(command)).stdout).toMatch(/^1 passed, 0 failed, 0 skipped$/m);
  });

  it('which a manager sets as it says', async () => {
    await project.write(SETTING_IT, settingTest(textOf('graphql', 0)));
    expect((await run(`npx vitest run ${SETTING_IT}`)).stdout).toMatch(/^1 passed, 0 failed, 0 skipped$/m);
  });

  it('and is written as all code here is', async () => {
    await run(`npx biome check --vcs-enabled=false ${REGISTRY} ${PLACEMENT} ${MESSAGES} ${TEST}`);
  });

  /** As a developer types it, without the variables by which this run's own workers know each other. */
  function run(command: string) {
    return promisify(execFile)('sh', ['-c', command], {
      cwd: project.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
  }
});

/** Executes the guide's mutation in the copy's menu subgraph, which has the setting. */
const settingTest = (mutation: string) => `
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MANAGER, MENTENG, startTestMenu } from '../testing/harness.js';

let menu;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

it('is set', async () => {
  const answer = await menu.run(MANAGER, ${JSON.stringify(mutation)}, { outletId: MENTENG });
  expect(answer).toEqual({
    data: { setSetting: { setting: { value: 25000, fromLevel: 'OUTLET' }, userErrors: [] } },
  });
});
`;
