import { expect, test } from 'vitest';
import { folderCircles } from './folder-circles.mjs';

/** @param imports `from → to` each; `from ⇢ to` imports types alone. */
function circlesOf(...imports: string[]): string[][] {
  return folderCircles(
    imports.map((line) => {
      const [source, arrow, resolved] = line.split(' ');
      return {
        source,
        dependencies: [{ resolved, dependencyTypes: arrow === '⇢' ? ['type-only'] : ['local'] }],
      };
    }),
  );
}

test('folders that import each other are a circle, also through others', () => {
  const circle = [
    'gateway/http/a.ts → gateway/pipeline/b.ts',
    'gateway/pipeline/c.ts → gateway/supergraph/d.ts',
    'gateway/supergraph/e.ts → gateway/http/f.ts',
  ];
  const [found, ...others] = circlesOf(...circle, 'gateway/http/a.ts → platform/log.ts');
  expect(found?.toSorted()).toEqual(circle);
  expect(others).toEqual([]);
});

test('the files of a folder may import each other, and subfolders belong to their folder', () => {
  expect(
    circlesOf(
      'subgraphs/stock/ingest/a.ts → subgraphs/stock/ingest/broker/b.ts',
      'subgraphs/stock/ingest/broker/b.ts → subgraphs/stock/ingest/c.ts',
    ),
  ).toEqual([]);
});

test('a file that composes the folders beside it is no circle with them', () => {
  expect(circlesOf('gateway/index.ts → gateway/http/a.ts', 'gateway/http/a.ts → gateway/options.ts')).toEqual(
    [],
  );
});

test('types and tests may reach anywhere', () => {
  expect(
    circlesOf(
      'platform/bus/a.ts → platform/kit/b.ts',
      'platform/kit/b.ts ⇢ platform/bus/a.ts',
      'platform/kit/b.test.ts → platform/bus/a.ts',
    ),
  ).toEqual([]);
});
