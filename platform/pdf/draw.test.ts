/** What is drawn is read back from the file's bytes. */
import { expect, it } from 'vitest';
import { readPdf } from '../../tests/support/pdf.js';
import type { PrintedDocument, PrintedRow } from '../kit/printed-document.js';
import { drawDocument } from './draw.js';

const row = (name: string, amount = 'Rp 20.000', details: readonly string[] = []): PrintedRow => ({
  ...{ name, amount, details },
});

const ADDRESS = `https://kopi.example/receipt.pdf?token=${'Ab3_'.repeat(13)}`;
const DOCUMENT: PrintedDocument = {
  ...{ language: 'id', documentTitle: 'Struk 42', author: 'Kedai Menteng', heading: 'Kedai Menteng' },
  issuedAt: new Date('2026-11-20T05:30:00Z'),
  head: ['Jl. Teuku Umar 1', 'Pesanan A017'],
  groups: [
    [row('Kopi Susu', 'Rp 20.000', ['2 × Rp 10.000', 'Besar'])],
    [],
    [row('PBJT 10%', '−Rp 2.100')],
    [{ ...row('Total', 'Rp 23.000'), isTotal: true }],
  ],
  code: { address: ADDRESS, caption: 'Membuka struk ini' },
  pageNumber: 'Halaman {page} dari {pages}',
};
const draw = async (changes: Partial<PrintedDocument> = {}) =>
  readPdf(await drawDocument({ ...DOCUMENT, ...changes }));

it('every text is in the file as text, in order, and the code opens its address', async () => {
  const pdf = await draw();
  expect(pdf.pages).toEqual([
    [
      ...['Kedai Menteng', 'Jl. Teuku Umar 1', 'Pesanan A017', 'Kopi Susu\tRp 20.000', '2 × Rp 10.000'],
      ...['Besar', 'PBJT 10%\t−Rp 2.100', 'Total\tRp 23.000', 'Membuka struk ini'],
    ],
  ]);
  expect(await pdf.qrCode(0)).toBe(ADDRESS);
});

it('the file says its title, author and language, and what each part is to who listens to it', async () => {
  const { source } = await draw();
  for (const part of ['(Struk 42)', '(Kedai Menteng)', '/Lang (id)', '/Marked true'])
    expect(source).toContain(part);
  for (const tag of ['Document', 'H1', 'P', 'Table', 'TR', 'TD', 'Figure'])
    expect(source).toContain(`/S /${tag}\n`);
  expect(source).toContain('(D:20261120053000Z)');
  expect(source).toContain('/FontFile2');
});

it('the same document is the same file', async () => {
  expect(Buffer.from(await drawDocument(DOCUMENT))).toEqual(Buffer.from(await drawDocument(DOCUMENT)));
});

it('200 lines are on numbered pages, none of them lost', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `Kopi Susu ${index + 1}`);
  const { pages } = await draw({ groups: [names.map((name) => row(name, 'Rp 1', ['1 × Rp 1']))] });
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.map((lines) => lines.at(-1))).toEqual(
    pages.map((_, index) => `Halaman ${index + 1} dari ${pages.length}`),
  );
  const read = pages.flat().filter((line) => line.startsWith('Kopi Susu'));
  expect(read).toEqual(names.map((name) => `${name}\tRp 1`));
});

it('a long name wraps, between words and within a word that is longer than a line', async () => {
  const name = `Kopi susu gula aren dengan banyak es dan sedikit sekali gula ${'panjang'.repeat(20)} sekali`;
  const { pages } = await draw({ groups: [[row(name)]], code: null, head: [], heading: '.' });
  const [, first = '', ...others] = pages.flat();
  expect(others.length).toBeGreaterThan(2);
  const [start = '', amount] = first.split('\t');
  expect(amount).toBe('Rp 20.000');
  expect([start, ...others].join('').replaceAll(' ', '')).toBe(name.replaceAll(' ', ''));
});

it('accents beyond Latin-1 are letters; what the typeface lacks is a box that says what it stands for', async () => {
  const { pages } = await draw({ head: ['Łódź Trần Đức', '茶 Teh 🧋👨‍👩‍👧!', 'שלום'] });
  expect(pages[0]?.slice(1, 4)).toEqual(['Łódź Trần Đức', '茶 Teh 🧋👨‍👩‍👧!', 'שלום']);
});

it.each([
  ['10 kB of text', 'Kopi '.repeat(2_000), /^(Kopi ){90,}…$/],
  ['a word of 10 kB', 'x'.repeat(10_000), /^x{500}…$/],
  ['a letter with 5,000 accents', `e${'\u0301'.repeat(5_000)}`, /^\S{1,20}$/],
  ['control characters', 'Kopi\u0000\u0007\r\n\tSusu\u001b[31m', /^Kopi Susu \[31m$/],
  ['turned writing', '\u202eususipok\u202c \u200f\u2066x', /^ususipok x$/],
  ['halves of characters', 'a\ud800b\udfffc', /^a\ufffdb\ufffdc$/],
  ['nothing to be seen', '\u200b\u202e', /^$/],
])('%s is drawn within bounds', async (_, name, expected) => {
  const { pages } = await draw({ groups: [[row(name, '')]], head: [], code: null });
  expect(pages.length).toBe(1);
  expect(pages.flat().slice(1).join(' ').replaceAll('x x', 'xx').trim()).toMatch(expected);
});

it('more than a document has is refused', async () => {
  const rows = (count: number, details: readonly string[] = []) => [
    Array.from({ length: count }, () => row('Kopi', '', details)),
  ];
  await expect(draw({ groups: rows(2_001) })).rejects.toThrow('too many rows');
  const details = Array.from({ length: 6_000 }, () => 'x');
  await expect(draw({ groups: rows(1, details) })).rejects.toThrow('too many pages');
});
