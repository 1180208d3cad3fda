/**
 * Receipts and credit notes as pages of their own: nothing is loaded from elsewhere, everything in them is escaped, and they print on rolls
 * of 80 mm as well as on A4.
 */
import { escapeHtml } from '../../../platform/kit/html.js';
import type { OrderTax } from '../../../platform/order-charges.js';
import type { CreditNote, OrderReceipt } from './receipt.js';

export type ReceiptLanguage = 'ID' | 'EN';

const TEXTS = {
  ID: {
    ...{ locale: 'id-ID', receipt: 'Struk', creditNote: 'Nota kredit', corrects: 'Mengoreksi struk' },
    ...{ order: 'Pesanan', discount: 'Diskon', rewards: 'Hadiah', lines: 'Barang' },
    ...{ service: 'Biaya layanan', rounding: 'Pembulatan', total: 'Total', refunded: 'Dikembalikan' },
    ...{ included: 'termasuk', base: 'dari' },
  },
  EN: {
    ...{ locale: 'en-GB', receipt: 'Receipt', creditNote: 'Credit note', corrects: 'Corrects receipt' },
    ...{ order: 'Order', discount: 'Discount', rewards: 'Rewards', lines: 'Items' },
    ...{ service: 'Service charge', rounding: 'Rounding', total: 'Total', refunded: 'Refunded' },
    ...{ included: 'included', base: 'of' },
  },
} as const;

type Texts = (typeof TEXTS)[ReceiptLanguage];

const STYLE = `
  @page { margin: 4mm }
  body { font: 12px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 160mm; padding: 2mm; color: #000; background: #fff }
  h1 { font-size: 16px; margin: 0 } p { margin: 0 }
  table { width: 100%; border-collapse: collapse; margin-top: 3mm } td { padding: 1px 0; vertical-align: top }
  td:last-child { text-align: right; white-space: nowrap; padding-left: 3mm }
  tbody + tbody { border-top: 1px dashed #000 } small { display: block } .total { font-weight: bold; font-size: 14px }`;

export function receiptHtml(receipt: OrderReceipt, language: ReceiptLanguage): string {
  const texts = TEXTS[language];
  const { lines, rewardDiscount } = receipt.content;
  const items = lines.map(({ name, quantity, options, unitPrice, discount, subtotal }) => {
    const details = [
      `${quantity} × ${amount(unitPrice, texts)}`,
      ...options,
      ...(discount === 0 ? [] : [`${texts.discount} ${amount(-discount, texts)}`]),
    ];
    const notes = details.map((detail) => `<small>${escapeHtml(detail)}</small>`).join('');
    return `<tr><td>${escapeHtml(name)}${notes}</td><td>${amount(subtotal, texts)}</td></tr>`;
  });
  return page(receipt, language, {
    heading: `${texts.receipt} ${receipt.number}`,
    subtitle: null,
    items,
    before: rewardDiscount === 0 ? [] : [row(texts.rewards, amount(-rewardDiscount, texts))],
    totalName: texts.total,
  });
}

/** @param receiptNumber of the receipt that it corrects. */
export function creditNoteHtml(note: CreditNote, receiptNumber: number, language: ReceiptLanguage): string {
  const texts = TEXTS[language];
  return page(note, language, {
    heading: `${texts.creditNote} ${note.number}`,
    subtitle: `${texts.corrects} ${receiptNumber}`,
    items: [row(texts.lines, amount(note.content.linesTotal, texts))],
    before: [],
    totalName: texts.refunded,
  });
}

interface Parts {
  readonly heading: string;
  readonly subtitle: string | null;
  /** Rows of what was sold or given back. */
  readonly items: readonly string[];
  /** Rows between these and the charges. */
  readonly before: readonly string[];
  readonly totalName: string;
}

function page(
  issued: OrderReceipt | CreditNote,
  language: ReceiptLanguage,
  { heading, subtitle, items, before, totalName }: Parts,
): string {
  const texts = TEXTS[language];
  const { issuedAt, total, content } = issued;
  const { outlet, orderNumber, serviceCharge, taxes, rounding } = content;
  const at = issuedAt.toLocaleString(texts.locale, {
    ...{ timeZone: outlet.timeZone, dateStyle: 'long', timeStyle: 'short' },
  });
  const head = [outlet.address, subtitle, `${texts.order} ${orderNumber}`, at];
  const charges = [
    ...before,
    ...(serviceCharge === 0 ? [] : [row(texts.service, amount(serviceCharge, texts))]),
    ...taxes.map((tax) => taxRow(tax, texts)),
    ...(rounding === 0 ? [] : [row(texts.rounding, amount(rounding, texts))]),
  ];
  return `<!doctype html>
<html lang="${language.toLowerCase()}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(heading)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(outlet.name ?? heading)}</h1>
${[...head, heading]
  .filter((line) => line !== null)
  .map((line) => `<p>${escapeHtml(line)}</p>`)
  .join('\n')}
<table>
<tbody>${items.join('\n')}</tbody>
<tbody>${charges.join('\n')}</tbody>
<tbody class="total">${row(totalName, amount(total, texts))}</tbody>
</table>
</body>
</html>
`;
}

/** A tax that the prices have in them stands in brackets: it adds nothing. */
function taxRow({ name, rate, base, amount: tax, isIncluded }: OrderTax, texts: Texts): string {
  const percent = (rate / 100).toLocaleString(texts.locale);
  const of = `${name} ${percent}% ${texts.base} ${amount(base, texts)}`;
  return isIncluded
    ? row(`${of} (${texts.included})`, `(${amount(tax, texts)})`)
    : row(of, amount(tax, texts));
}

function row(name: string, value: string): string {
  return `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`;
}

function amount(rupiah: number, { locale }: Texts): string {
  return `${rupiah < 0 ? '−' : ''}Rp ${Math.abs(rupiah).toLocaleString(locale)}`;
}
