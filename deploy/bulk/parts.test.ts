import { describe, expect, it } from 'vitest';
import { readCsv } from '../../platform/kit/csv.js';
import { cut } from './parts.js';

const HEADER = { line: 1, cells: ['barcode', 'option'] };

describe('the parts of a file', () => {
  it('have its lines, those of one thing together, each with the header', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      line: index + 2,
      cells: [`A-${index % 500}`, `${index}`],
    }));
    const parts = cut(HEADER, rows, ['barcode']);
    expect(parts.length).toBeGreaterThan(1);
    const barcodes = parts.map(
      ({ csv }) =>
        new Set(
          readCsv(csv)
            .slice(1)
            .map(({ cells }) => cells[0]),
        ),
    );
    expect(barcodes.reduce((sum, { size }) => sum + size, 0)).toBe(500);
    for (const { csv } of parts) expect(readCsv(csv)[0]?.cells).toEqual(HEADER.cells);
    expect(parts.reduce((sum, { lines }) => sum + lines, 0)).toBe(1_000);
  });

  it('know where their lines stand in the file, whatever the cells have in them', () => {
    const [header = HEADER, ...rows] = readCsv(
      'barcode,option\nA,"one\r\ntwo"\n\nB,three\n"A","four\nfive"\nC,six\n',
    );
    const [part] = cut(header, rows, ['barcode']);
    const here = readCsv(part?.csv ?? '').slice(1);
    expect(here.map(({ line, cells }) => [cells[0], part?.lineOf(line)])).toEqual([
      ['A', 2],
      ['A', 6],
      ['B', 5],
      ['C', 8],
    ]);
  });

  it('are one for a file without lines', () => {
    expect(cut(HEADER, [], ['barcode'])).toMatchObject([{ lines: 0 }]);
  });
});
