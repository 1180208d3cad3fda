import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv, withFormula, withoutFormula, writeCsv } from './csv.js';

const cellsOf = (csv: string) => readCsv(csv).map(({ cells }) => cells);

describe('a CSV file', () => {
  it('is read with a byte order mark, any ends of lines and quoted cells', () => {
    expect(readCsv('\uFEFFname,note\r\nTeh,"He said ""no"",\r\nand left"\r\n\r\nKopi,\n')).toEqual([
      { line: 1, cells: ['name', 'note'] },
      { line: 2, cells: ['Teh', 'He said "no",\r\nand left'] },
      { line: 5, cells: ['Kopi', ''] },
    ]);
  });

  it('is read with the semicolons and tabs that spreadsheets write', () => {
    expect(cellsOf('name;price\nTeh, manis;5')).toEqual([
      ['name', 'price'],
      ['Teh, manis', '5'],
    ]);
    expect(cellsOf('"a,b"\tc\n1\t2')).toEqual([
      ['a,b', 'c'],
      ['1', '2'],
    ]);
  });

  // A reader whose work grows with the square of a cell reaches the time limit.
  it.each([
    ['blanks', ' '],
    ['blanks that are no spaces', '\u00A0'],
    ['quotation marks in the middle', '"'],
  ])('is read with a long cell of %s', (_what, character) => {
    const long = character.repeat(1_000_000);
    const cell = character === '"' ? `x${long}` : long;
    expect(cellsOf(`a,b\n${cell},1\n${cell}x,2`)).toEqual([
      ['a', 'b'],
      [cell, '1'],
      [`${cell}x`, '2'],
    ]);
  });

  it('has quoted cells with blanks around them, and marks within others', () => {
    expect(cellsOf('a,b\n \t "1" , 2"3"\n \t ," "')).toEqual([
      ['a', 'b'],
      ['1', ' 2"3"'],
    ]);
  });

  it('that is none says where', () => {
    expect(() => readCsv('a,b\n1,"2\n3,4')).toThrow('Line 2: a quotation mark is not closed');
    expect(() => readCsv('a,b\n1,"2"3')).toThrow('Line 2: text after a closing quotation mark');
  });

  it('is read as it was written, whatever its cells say', () => {
    const row = fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const written = [['a', 'b'], ...rows];
        const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');
        expect(cellsOf(writeCsv(written))).toEqual(written.filter((cells) => !isBlank(cells)));
      }),
    );
  });
});

describe('a cell', () => {
  it.each(['=1+1', '+62812', '-1+1', '@SUM(A1)', '\t=1', "'=1", "''+1", '＝1'])(
    'that a spreadsheet would compute, %j, is shown as it is and read back',
    (text) => {
      expect(withoutFormula(text)).toBe(`'${text}`);
      expect(withFormula(`'${text}`)).toBe(text);
    },
  );

  it.each(['-1000', '12.5', 'Teh', "'t Koffiehuis", ''])('that is harmless, %j, stays as it is', (text) => {
    expect(withoutFormula(text)).toBe(text);
    expect(withFormula(text)).toBe(text);
  });
});
