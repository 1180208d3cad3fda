/**
 * The order of test files. Vitest goes by the size of a file, the largest first; stories whose steps lie in files beside them are small and
 * take minutes, so they are spread over the first half: not last, where each would run alone, and not beside each other, since whole
 * systems slow each other down.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const SMALL_SHARE = 0.1;

export class SpreadStories extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const stories = sorted.filter(isStoryInParts);
    const others = sorted.filter((file) => !stories.includes(file));
    const distance = Math.ceil(others.length / 2 / (stories.length + 1));
    stories.forEach((story, index) => {
      others.splice((index + 1) * distance + index, 0, story);
    });
    return others;
  }
}

function isStoryInParts({ moduleId, project }: TestSpecification): boolean {
  if (!moduleId.includes(join('tests', 'e2e')) || project.config.isolate) return false;
  const folder = dirname(moduleId);
  const whole = readdirSync(folder).reduce((total, name) => total + statSync(join(folder, name)).size, 0);
  return statSync(moduleId).size < SMALL_SHARE * whole;
}
