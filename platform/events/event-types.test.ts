import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../project-folder.js';

describe('docs/events.md', () => {
  it('documents every event type, and no other', async () => {
    const read = (...path: string[]) => readFile(join(PROJECT_FOLDER, ...path), 'utf8');
    const source = await read('platform', 'events', 'event-types.ts');
    const types = [...source.matchAll(/^ {2}'([a-z-]+\.[a-z-]+)':/gm)].map(([, type]) => type);
    const rows = (await read('docs', 'events.md')).split('\n').filter((line) => line.startsWith('| '));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[2] ?? '').matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, type]) => type),
    );
    expect(types.length).toBeGreaterThan(20);
    expect(named.toSorted()).toEqual(types.toSorted());
  });
});
