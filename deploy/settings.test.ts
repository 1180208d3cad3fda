import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../platform/config.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';

describe('deploy/settings.md', () => {
  it('names every setting that there is, and none that there is not', async () => {
    const text = await readFile(join(PROJECT_FOLDER, 'deploy', 'settings.md'), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name),
    );
    expect(named.toSorted()).toEqual([...SETTINGS].toSorted());
  });
});
