/** `ORDER_READY`, `ORDER_SUBSTITUTE_OFFERED`, `ORDER_REJECTED`, `ORDER_CANCELLED`, `ORDER_REFUNDED`: steps of an order, to its customer. */
import type { Facts, Language } from '../domain/mail.js';
import type { MailText, Template } from './template.js';
import { greetingIn, rupiahText } from './words.js';

interface Said {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

function template(said: Readonly<Record<Language, (number: string, facts: Facts) => Said>>): Template {
  const textIn = (language: Language, facts: Facts): MailText => ({
    ...said[language](facts.number ?? '', facts),
    greeting: greetingIn(language, facts.name),
    action: null,
    closing: [],
  });
  return { id: (facts) => textIn('id', facts), en: (facts) => textIn('en', facts) };
}

export const orderReady = template({
  id: (number) => ({
    subject: `Pesanan ${number} di Kedai siap diambil`,
    paragraphs: [`Pesanan ${number} sudah siap. Ambil di kasir.`],
  }),
  en: (number) => ({
    subject: `Order ${number} at Kedai is ready`,
    paragraphs: [`Order ${number} is ready. Pick it up at the counter.`],
  }),
});

export const orderSubstituteOffered = template({
  id: (number, { offered }) => ({
    subject: `Ada yang habis di pesanan ${number}`,
    paragraphs: [`Maaf. Mau ${offered} sebagai gantinya, dengan harga yang sama?`],
  }),
  en: (number, { offered }) => ({
    subject: `Something of order ${number} has run out`,
    paragraphs: [`We are sorry. Would you take ${offered} in its place, for the same price?`],
  }),
});

export const orderRejected = template({
  id: (number, { soldOut }) => ({
    subject: `Pesanan ${number} di Kedai tidak bisa dibuat`,
    paragraphs: [
      `Maaf, pesanan ${number} tidak bisa dibuat.`,
      ...(soldOut ? [`Habis: ${soldOut}.`] : []),
      'Tidak ada yang ditagih.',
    ],
  }),
  en: (number, { soldOut }) => ({
    subject: `Order ${number} at Kedai cannot be made`,
    paragraphs: [
      `We are sorry: order ${number} cannot be made.`,
      ...(soldOut ? [`Sold out: ${soldOut}.`] : []),
      'Nothing is charged.',
    ],
  }),
});

export const orderCancelled = template({
  id: (number) => ({
    subject: `Pesanan ${number} di Kedai dibatalkan`,
    paragraphs: [`Pesanan ${number} dibatalkan. Uang yang sudah dibayar untuknya kembali kepada Anda.`],
  }),
  en: (number) => ({
    subject: `Order ${number} at Kedai is cancelled`,
    paragraphs: [`Order ${number} is cancelled. What was paid for it goes back to you.`],
  }),
});

export const orderRefunded = template({
  id: (number, { total = '0' }) => ({
    subject: `Uang pesanan ${number} di Kedai dikembalikan`,
    paragraphs: [`${rupiahText(Number(total))} untuk pesanan ${number} dikembalikan kepada Anda.`],
  }),
  en: (number, { total = '0' }) => ({
    subject: `Order ${number} at Kedai is refunded`,
    paragraphs: [`${rupiahText(Number(total))} of order ${number} goes back to you.`],
  }),
});
