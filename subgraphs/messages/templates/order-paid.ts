/** `ORDER_PAID`: the receipt of an order, line by line with what makes up its total. */
import { z } from 'zod';
import { orderTaxes } from '../../../platform/order-charges.js';
import type { Facts, Language } from '../domain/mail.js';
import type { MailText, Template } from './template.js';
import { greetingIn, momentIn, rupiahText } from './words.js';

const receiptSchema = z.object({
  lines: z.array(
    z.object({
      name: z.string(),
      quantity: z.number(),
      subtotal: z.number(),
      options: z.array(z.string()).default([]),
    }),
  ),
  rewardDiscount: z.number().default(0),
  serviceCharge: z.number().default(0),
  taxes: orderTaxes.default([]),
  rounding: z.number().default(0),
});

const TEXTS = {
  id: {
    subject: (number: string) => `Struk pesanan ${number} dari Kedai`,
    paid: (number: string, at: string) => `Pesanan ${number} sudah dibayar pada ${at}.`,
    titles: ['Barang', 'Jumlah', 'Harga'],
    reward: 'Hadiah',
    service: 'Biaya layanan',
    isIncluded: 'sudah termasuk',
    rounding: 'Pembulatan',
    total: 'Total',
    action: 'Struk sebagai PDF',
    closing: 'Kami kabari lagi begitu pesanan siap diambil.',
  },
  en: {
    subject: (number: string) => `Receipt for order ${number} from Kedai`,
    paid: (number: string, at: string) => `Order ${number} was paid on ${at}.`,
    titles: ['Item', 'Quantity', 'Price'],
    reward: 'Reward',
    service: 'Service charge',
    isIncluded: 'included',
    rounding: 'Rounding',
    total: 'Total',
    action: 'Receipt as PDF',
    closing: 'We write again when it can be picked up.',
  },
} as const;

function receiptIn(
  language: Language,
  { name, number = '', at = '', total = '0', receipt }: Facts,
): MailText {
  const texts = TEXTS[language];
  const sum = [texts.total, '', rupiahText(Number(total))];
  return {
    subject: texts.subject(number),
    greeting: greetingIn(language, name),
    paragraphs: [texts.paid(number, momentIn(language, at))],
    table: { titles: texts.titles, rows: [...(receipt === undefined ? [] : rowsOf(language, receipt)), sum] },
    action: texts.action,
    closing: [texts.closing],
  };
}

function rowsOf(language: Language, receipt: string): string[][] {
  const { reward, service, isIncluded, rounding } = TEXTS[language];
  const read = receiptSchema.parse(JSON.parse(receipt));
  const beside = (title: string, amount: number) => (amount === 0 ? [] : [[title, '', rupiahText(amount)]]);
  return [
    ...read.lines.map(({ name, quantity, subtotal, options }) => [
      options.length === 0 ? name : `${name} (${options.join(', ')})`,
      `${quantity} ×`,
      rupiahText(subtotal),
    ]),
    ...beside(reward, -read.rewardDiscount),
    ...beside(service, read.serviceCharge),
    ...read.taxes.flatMap((tax) =>
      beside(tax.isIncluded ? `${tax.name} (${isIncluded})` : tax.name, tax.amount),
    ),
    ...beside(rounding, read.rounding),
  ];
}

export const orderPaid: Template = {
  id: (facts) => receiptIn('id', facts),
  en: (facts) => receiptIn('en', facts),
};
