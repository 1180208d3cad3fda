/** What a section of docs/extend.md shows: its blocks of code, without the indentation of the list that they stand in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';

export interface Block {
  /** Such as `ts`. */
  readonly language: string;
  readonly text: string;
}

export async function blocksOf(section: string): Promise<Block[]> {
  const guide = await readFile(join(PROJECT_FOLDER, 'docs', 'extend.md'), 'utf8');
  const text = guide.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  if (text === undefined) throw new Error(`docs/extend.md has no section ${section}`);
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indentation = '', language = '', block = '']) => ({
      language,
      text: block
        .split('\n')
        .map((line) => line.slice(indentation.length))
        .join('\n'),
    }),
  );
}
