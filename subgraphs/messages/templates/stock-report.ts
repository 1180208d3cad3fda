/** `STOCK_REPORT`: what is on hand, what is low first, all of it as a CSV file as well. */
import { z } from 'zod';
import { withoutFormula, writeCsv } from '../../../platform/kit/csv.js';
import type { Facts, Language } from '../domain/mail.js';
import type { MailText, Template } from './template.js';
import { greetingIn, momentIn, nameOf, quantityText } from './words.js';

const reportSchema = z.object({
  place: z.string().nullable(),
  ...{ at: z.string(), items: z.number(), lowItems: z.number() },
  rows: z.array(
    z.object({
      ...{ outlet: z.string(), ingredient: z.string(), unit: z.enum(['GRAM', 'MILLILITRE', 'PIECE']) },
      ...{ onHand: z.number(), reserved: z.number(), available: z.number(), reorderPoint: z.number() },
    }),
  ),
});
type Report = z.output<typeof reportSchema>;

/** Further rows are in the file alone. */
const SHOWN_ROWS = 60;

const TEXTS = {
  id: {
    subject: (place: string) => `Stok ${place} – Kedai`,
    everywhere: 'semua outlet Anda',
    about: (place: string, at: string) => `Stok ${place} pada ${at}.`,
    low: (low: number, items: number) => `${low} dari ${items} barang mencapai batas pesan ulang.`,
    titles: ['Outlet', 'Bahan', 'Tersedia', 'Batas pesan ulang'],
    units: { GRAM: 'g', MILLILITRE: 'ml', PIECE: 'buah' },
    attached: 'Tabel lengkap terlampir sebagai CSV.',
    by: (schedule: string) => `Surat ini dikirim oleh jadwal Anda “${schedule}”.`,
  },
  en: {
    subject: (place: string) => `Stock of ${place} – Kedai`,
    everywhere: 'all your outlets',
    about: (place: string, at: string) => `Stock of ${place} on ${at}.`,
    low: (low: number, items: number) => `${low} of ${items} items are at or below their reorder point.`,
    titles: ['Outlet', 'Ingredient', 'Available', 'Reorder point'],
    units: { GRAM: 'g', MILLILITRE: 'ml', PIECE: 'pieces' },
    attached: 'The whole table is attached as CSV.',
    by: (schedule: string) => `Your schedule “${schedule}” sends this mail.`,
  },
} as const;

function reportIn(language: Language, { name, schedule, report }: Facts): MailText {
  const texts = TEXTS[language];
  const by = nameOf(schedule) === '' ? [] : [texts.by(nameOf(schedule))];
  const parts = { greeting: greetingIn(language, name), action: null };
  if (report === undefined)
    return { ...parts, subject: texts.subject(texts.everywhere), paragraphs: [], closing: by };
  const read = reportSchema.parse(JSON.parse(report));
  const place = read.place ?? texts.everywhere;
  return {
    ...parts,
    subject: texts.subject(place),
    paragraphs: [texts.about(place, momentIn(language, read.at)), texts.low(read.lowItems, read.items)],
    table: {
      titles: texts.titles,
      rows: read.rows
        .slice(0, SHOWN_ROWS)
        .map(({ outlet, ingredient, unit, available, reorderPoint }) => [
          ...[outlet, ingredient],
          ...[available, reorderPoint].map((amount) => `${quantityText(amount)} ${texts.units[unit]}`),
        ]),
    },
    attachment: {
      filename: `stock-${read.at.slice(0, 10)}.csv`,
      contentType: 'text/csv',
      content: csvOf(read),
    },
    closing: [texts.attached, ...by],
  };
}

/** By the names of the schema, whatever the language: quantities in the ingredient's unit. */
function csvOf({ rows }: Report): string {
  const figures = ['onHand', 'reserved', 'available', 'reorderPoint'] as const;
  return writeCsv([
    ['outlet', 'ingredient', 'unit', ...figures],
    ...rows.map((row) => [
      ...[withoutFormula(row.outlet), withoutFormula(row.ingredient), row.unit],
      ...figures.map((figure) => String(row[figure])),
    ]),
  ]);
}

export const stockReport: Template = {
  id: (facts) => reportIn('id', facts),
  en: (facts) => reportIn('en', facts),
};
