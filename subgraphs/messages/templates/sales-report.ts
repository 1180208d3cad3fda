/** `SALES_REPORT`: the sales of a period beside the one before, row by row, all of them as a CSV file as well. */
import { z } from 'zod';
import { withoutFormula, writeCsv } from '../../../platform/kit/csv.js';
import type { Facts, Language } from '../domain/mail.js';
import type { MailText, Template } from './template.js';
import { dayIn, greetingIn, nameOf, rupiahText } from './words.js';

const figures = z.object({
  ...{ orders: z.number(), units: z.number(), gross: z.number(), discounts: z.number() },
  ...{ refunds: z.number(), revenue: z.number() },
});
type Figures = z.output<typeof figures>;

const reportSchema = z.object({
  place: z.string().nullable(),
  ...{ from: z.string(), to: z.string(), total: figures, before: figures },
  by: z.enum(['HOUR', 'DAY', 'OUTLET']),
  rows: z.array(figures.extend({ key: z.string() })),
});
type Report = z.output<typeof reportSchema>;

/** Further rows are in the file alone. */
const SHOWN_ROWS = 60;

const TEXTS = {
  id: {
    subject: (of: string) => `Penjualan ${of} – Kedai`,
    about: (place: string, of: string) => `Penjualan ${place} untuk ${of}.`,
    everywhere: 'semua outlet Anda',
    to: 'sampai',
    revenue: 'Pendapatan',
    before: 'periode sebelumnya',
    orders: 'Pesanan',
    units: 'Barang',
    gross: 'Bruto',
    discounts: 'Diskon',
    refunds: 'Pengembalian',
    keys: { HOUR: 'Jam', DAY: 'Hari', OUTLET: 'Outlet' },
    attached: 'Tabel lengkap terlampir sebagai CSV.',
    by: (schedule: string) => `Surat ini dikirim oleh jadwal Anda “${schedule}”.`,
  },
  en: {
    subject: (of: string) => `Sales of ${of} – Kedai`,
    about: (place: string, of: string) => `Sales of ${place}, ${of}.`,
    everywhere: 'all your outlets',
    to: 'to',
    revenue: 'Revenue',
    before: 'the period before',
    orders: 'Orders',
    units: 'Items',
    gross: 'Gross',
    discounts: 'Discounts',
    refunds: 'Refunds',
    keys: { HOUR: 'Hour', DAY: 'Day', OUTLET: 'Outlet' },
    attached: 'The whole table is attached as CSV.',
    by: (schedule: string) => `Your schedule “${schedule}” sends this mail.`,
  },
} as const;

function reportIn(language: Language, { name, schedule, report }: Facts): MailText {
  const texts = TEXTS[language];
  const by = nameOf(schedule) === '' ? [] : [texts.by(nameOf(schedule))];
  const parts = { greeting: greetingIn(language, name), action: null };
  if (report === undefined) return { ...parts, subject: texts.subject('Kedai'), paragraphs: [], closing: by };
  const read = reportSchema.parse(JSON.parse(report));
  const { total, before, place } = read;
  const period = periodIn(language, read);
  return {
    ...parts,
    subject: texts.subject(place === null ? period : `${place}, ${period}`),
    paragraphs: [
      texts.about(place ?? texts.everywhere, period),
      `${texts.revenue}: ${rupiahText(total.revenue)} (${texts.before}: ${rupiahText(before.revenue)}${changeOf(total, before)})`,
      [
        `${texts.orders}: ${total.orders} (${texts.before}: ${before.orders})`,
        `${texts.units}: ${total.units}`,
        `${texts.gross}: ${rupiahText(total.gross)}`,
        `${texts.discounts}: ${rupiahText(total.discounts)}`,
        `${texts.refunds}: ${rupiahText(total.refunds)}`,
      ].join('; '),
    ],
    table: {
      titles: [texts.keys[read.by], texts.orders, texts.units, texts.revenue],
      rows: read.rows
        .slice(0, SHOWN_ROWS)
        .map((row) => [
          keyIn(language, read.by, row.key),
          ...[String(row.orders), String(row.units), rupiahText(row.revenue)],
        ]),
    },
    attachment: {
      filename: `sales-${read.from}-${read.to}.csv`,
      contentType: 'text/csv',
      content: csvOf(read),
    },
    closing: [texts.attached, ...by],
  };
}

function periodIn(language: Language, { from, to }: Report): string {
  const days = [dayIn(language, from), dayIn(language, to)];
  return from === to ? (days[0] ?? '') : days.join(` ${TEXTS[language].to} `);
}

/** In per cent, with its sign; empty where there was nothing before. */
function changeOf({ revenue }: Figures, before: Figures): string {
  if (before.revenue <= 0) return '';
  const percent = Math.round((revenue / before.revenue - 1) * 100);
  return `, ${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`;
}

function keyIn(language: Language, by: Report['by'], key: string): string {
  if (by === 'DAY') return dayIn(language, key);
  return by === 'HOUR' ? `${key.padStart(2, '0')}.00` : key;
}

/** By the names of the schema, whatever the language: amounts in whole rupiah. */
function csvOf({ by, rows }: Report): string {
  const columns = ['orders', 'units', 'gross', 'discounts', 'refunds', 'revenue'] as const;
  return writeCsv([
    [by.toLowerCase(), ...columns],
    ...rows.map((row) => [withoutFormula(row.key), ...columns.map((column) => String(row[column]))]),
  ]);
}

export const salesReport: Template = {
  id: (facts) => reportIn('id', facts),
  en: (facts) => reportIn('en', facts),
};
