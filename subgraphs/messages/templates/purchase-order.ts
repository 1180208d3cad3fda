/** `PURCHASE_ORDER`: an outlet orders goods, to the supplier. Staff write its values, so that they are shown as they are. */
import { z } from 'zod';
import type { Facts, Language } from '../domain/mail.js';
import type { MailText, Template } from './template.js';
import { greetingIn } from './words.js';

const TEXTS = {
  id: {
    subject: (number: string, place: string) => `Pesanan pembelian ${number} dari ${place}`,
    order: 'Dengan ini kami memesan barang berikut.',
    deliverTo: 'Kirim ke',
    expected: 'Diharapkan tiba',
    note: 'Catatan',
    titles: ['Nomor', 'Barang', 'Kemasan', 'Jumlah'],
  },
  en: {
    subject: (number: string, place: string) => `Purchase order ${number} from ${place}`,
    order: 'We order the following goods.',
    deliverTo: 'Deliver to',
    expected: 'Expected on',
    note: 'Note',
    titles: ['Article', 'Item', 'Packs', 'Amount'],
  },
} as const;

const rowsSchema = z.array(z.array(z.string()));

function orderIn(language: Language, { number, supplier, place, address, ...facts }: Facts): MailText {
  const texts = TEXTS[language];
  const entries = [
    [texts.deliverTo, [place, address].filter((part) => part !== undefined && part !== '').join(', ')],
    [texts.expected, facts.expectedOn],
    [texts.note, facts.note],
  ];
  return {
    subject: texts.subject(number ?? '', place ?? 'Kedai'),
    greeting: greetingIn(language, supplier),
    paragraphs: [texts.order, ...entries.flatMap(([title, value]) => (value ? [`${title}: ${value}`] : []))],
    table: { titles: texts.titles, rows: rowsSchema.parse(JSON.parse(facts.lines ?? '[]')) },
    action: null,
    closing: facts.total === undefined ? [] : [`Total: ${facts.total}`],
  };
}

export const purchaseOrder: Template = {
  id: (facts) => orderIn('id', facts),
  en: (facts) => orderIn('en', facts),
};
