import { describe, expect, it } from 'vitest';
import { readCsv, writeCsv } from '../../platform/kit/csv.js';
import { KINDS } from './kinds.js';
import { splitTable } from './parts.js';

const HEADER = { line: 1, cells: ['barcode', 'option'] };

describe('the parts of a file', () => {
  it('have its lines, those of one thing together, each with the header', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      line: index + 2,
      cells: [`A-${index % 500}`, `${index}`],
    }));
    const parts = splitTable(HEADER, rows, ['barcode']);
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
    const [part] = splitTable(header, rows, ['barcode']);
    const here = readCsv(part?.csv ?? '').slice(1);
    expect(here.map(({ line, cells }) => [cells[0], part?.lineOf(line)])).toEqual([
      ['A', 2],
      ['A', 6],
      ['B', 5],
      ['C', 8],
    ]);
  });

  it.each(KINDS)(
    'have the lines of $name with the same key together, however it is written',
    ({ together }) => {
      const header = { line: 1, cells: [...together, 'other'] };
      const key = together.map((name) => (name === 'barcode' ? '0036000291452' : 'Café'));
      const same = together.map((name) => (name === 'barcode' ? '036000291452' : ' CAFE\u0301 '));
      const others = Array.from({ length: 600 }, (_, index) => together.map((name) => `${name} ${index}`));
      const rows = [key, ...others, same].map((cells, index) => ({
        line: index + 2,
        cells: [...cells, 'x'],
      }));
      const [first, ...rest] = splitTable(header, rows, together);
      expect(rest.length).toBeGreaterThan(0);
      const text = (cells: readonly string[]) => writeCsv([[...cells, 'x']]);
      expect([first?.csv.includes(text(key)), first?.csv.includes(text(same))]).toEqual([true, true]);
    },
  );

  it('do not keep lines without a key together', () => {
    const rows = Array.from({ length: 700 }, (_, index) => ({ line: index + 2, cells: ['', `${index}`] }));
    expect(splitTable(HEADER, rows, ['barcode']).map(({ lines }) => lines)).toEqual([300, 300, 100]);
  });

  it('are one for a file without lines', () => {
    expect(splitTable(HEADER, [], ['barcode'])).toMatchObject([{ lines: 0 }]);
  });
});
