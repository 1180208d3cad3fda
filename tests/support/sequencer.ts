/**
 * The order of test files: the stories of whole systems, which take minutes each, before all others, so that the short ones fill
 * the gaps that they leave at the end. Vitest alone goes by the size of a file, and a story's steps lie in files beside it.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STORIES = join(sep, 'tests', 'e2e', sep);

export class StoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const sizes = new Map<TestSpecification, number>();
    for (const file of sorted)
      if (file.moduleId.includes(STORIES)) sizes.set(file, sizeOf(dirname(file.moduleId)));
    const stories = [...sizes.keys()].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
    return [...stories, ...sorted.filter((file) => !sizes.has(file))];
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}
