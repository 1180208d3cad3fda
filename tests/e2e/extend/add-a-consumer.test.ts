import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstartedConsumers } from '../../../deploy/check/consumers.js';
import { type Block, blocksOf } from './guide.js';
import { copyProject, type ProjectCopy } from './project-copy.js';

describe('docs/extend.md, "Add a consumer"', () => {
  let project: ProjectCopy;
  let blocks: Block[];
  beforeAll(async () => {
    [project, blocks] = await Promise.all([copyProject(), blocksOf('Add a consumer')]);
  });
  afterAll(() => project?.remove());

  const textOf = (language: string, ordinal: number) =>
    blocks.filter((block) => block.language === language)[ordinal]?.text ?? '';

  it('has a consumer that is started because its file is there', async () => {
    await project.write('subgraphs/customer/events/welcome.ts', textOf('ts', 0));
    expect(unstartedConsumers(project.folder)).toEqual([]);
  });

  it('and a test that passes', async () => {
    await project.write('subgraphs/customer/events/welcome.test.ts', textOf('ts', 1));
    const [command = ''] = textOf('sh', 0).split('\n');
    const { stdout } = await run(command);
    expect(stdout).toMatch(/^1 passed, 0 failed, 0 skipped$/m);
  });

  it('and is written as all code here is', async () => {
    const files = ['welcome.ts', 'welcome.test.ts'].map((name) => join('subgraphs/customer/events', name));
    await run(['npx', 'biome', 'check', ...files].join(' '));
  });

  /** As a developer types it, without the variables by which this run's own workers know each other. */
  function run(command: string) {
    return promisify(execFile)('sh', ['-c', command], {
      cwd: project.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
  }
});
