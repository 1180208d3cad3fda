/** An order to a supplier as a page of its own: nothing is loaded from elsewhere, everything in it is escaped, and it prints on A4. */
import { escapeHtml } from '../../../../platform/kit/html.js';
import type { Outlet, Unit } from '../records.js';
import { orderedQuantity, type PurchaseOrder, type PurchaseOrderLine, type Supplier } from './records.js';

export type DocumentLanguage = 'ID' | 'EN';

const TEXTS = {
  ID: {
    ...{
      locale: 'id-ID',
      document: 'Pesanan pembelian',
      to: 'Kepada',
      deliverTo: 'Kirim ke',
      date: 'Tanggal',
    },
    ...{ expected: 'Diharapkan tiba', article: 'Nomor barang', item: 'Barang', pack: 'Isi kemasan' },
    ...{ packs: 'Kemasan', price: 'Harga per kemasan', amount: 'Jumlah', total: 'Total', note: 'Catatan' },
    ...{
      GRAM: 'g',
      MILLILITRE: 'ml',
      PIECE: 'buah',
      DRAFT: 'DRAF, belum disetujui',
      CANCELLED: 'DIBATALKAN',
    },
  },
  EN: {
    ...{ locale: 'en-GB', document: 'Purchase order', to: 'To', deliverTo: 'Deliver to', date: 'Date' },
    ...{ expected: 'Expected on', article: 'Article', item: 'Item', pack: 'Pack', packs: 'Packs' },
    ...{ price: 'Price of a pack', amount: 'Amount', total: 'Total', note: 'Note' },
    ...{ GRAM: 'g', MILLILITRE: 'ml', PIECE: 'pieces', DRAFT: 'DRAFT, not approved', CANCELLED: 'CANCELLED' },
  },
} as const;

type Texts = (typeof TEXTS)[DocumentLanguage];

const STYLE = `
  @page { size: A4; margin: 15mm }
  body { font: 13px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 180mm; color: #000; background: #fff }
  h1 { font-size: 20px; margin: 0 0 4mm } dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 0 }
  dt { font-weight: bold } dd { margin: 0; overflow-wrap: anywhere }
  table { width: 100%; border-collapse: collapse; margin-top: 6mm } th, td { padding: 1mm 2mm; text-align: left; vertical-align: top }
  thead { border-bottom: 2px solid #000 } tbody tr { border-bottom: 1px solid #999 } tfoot { font-weight: bold }
  .figure { text-align: right; white-space: nowrap } .state { border: 2px solid #000; display: inline-block; padding: 0 2mm }`;

export interface DocumentLine extends Pick<PurchaseOrderLine, 'packSize' | 'packPrice' | 'packs'> {
  readonly ingredientName: string;
  readonly unit: Unit;
  /** The supplier's number of the article; null for none. */
  readonly reference: string | null;
}

export interface PurchaseOrderDocument {
  readonly order: Pick<
    PurchaseOrder,
    'number' | 'status' | 'total' | 'note' | 'expectedOn' | 'madeAt' | 'sentAt'
  >;
  readonly supplier: Pick<Supplier, 'name' | 'email' | 'phone'>;
  readonly outlet: Pick<Outlet, 'name' | 'address' | 'timeZone'>;
  readonly lines: readonly DocumentLine[];
}

export function purchaseOrderHtml(document: PurchaseOrderDocument, language: DocumentLanguage): string {
  const { order, supplier, outlet, lines } = document;
  const texts = TEXTS[language];
  const heading = `${texts.document} ${order.number}`;
  const state = order.status === 'DRAFT' || order.status === 'CANCELLED' ? texts[order.status] : null;
  const date = (order.sentAt ?? order.madeAt).toLocaleDateString(texts.locale, {
    ...{ timeZone: outlet.timeZone, dateStyle: 'long' },
  });
  const expected = expectedOf(order, texts);
  const head = [
    entry(texts.to, [supplier.name, supplier.email, supplier.phone]),
    entry(texts.deliverTo, [outlet.name, outlet.address]),
    entry(texts.date, [date]),
    ...(expected === null ? [] : [entry(texts.expected, [expected])]),
    ...(order.note === null ? [] : [entry(texts.note, [order.note])]),
  ];
  const columns = [
    `<th>${texts.article}</th><th>${texts.item}</th>`,
    ...[texts.pack, texts.packs, texts.price, texts.amount].map(
      (title) => `<th class="figure">${title}</th>`,
    ),
  ];
  return `<!doctype html>
<html lang="${language.toLowerCase()}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(heading)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(heading)}</h1>
${state === null ? '' : `<p class="state">${state}</p>`}
<dl>${head.join('\n')}</dl>
<table>
<thead><tr>${columns.join('')}</tr></thead>
<tbody>${lines.map((line) => rowOf(line, texts)).join('\n')}</tbody>
<tfoot><tr><td colspan="5">${texts.total}</td>${figure(amount(order.total, texts))}</tr></tfoot>
</table>
</body>
</html>
`;
}

/** What a mail with the order says, by the names of `MailKind`. */
export function purchaseOrderFacts(
  { order, supplier, outlet, lines }: PurchaseOrderDocument,
  language: DocumentLanguage,
): Record<string, string> {
  const texts = TEXTS[language];
  return {
    ...{ number: String(order.number), supplier: supplier.name },
    ...{ place: outlet.name, address: outlet.address ?? '', note: order.note ?? '' },
    expectedOn: expectedOf(order, texts) ?? '',
    total: amount(order.total, texts),
    lines: JSON.stringify(
      lines.map(({ reference, ingredientName, packs, packSize, packPrice, unit }) => [
        ...[reference ?? '', ingredientName],
        `${packs.toLocaleString(texts.locale)} × ${packSize.toLocaleString(texts.locale)} ${texts[unit]}`,
        amount(packs * packPrice, texts),
      ]),
    ),
  };
}

function expectedOf({ expectedOn }: Pick<PurchaseOrder, 'expectedOn'>, { locale }: Texts): string | null {
  return (
    expectedOn && new Date(expectedOn).toLocaleDateString(locale, { timeZone: 'UTC', dateStyle: 'full' })
  );
}

function entry(title: string, values: readonly (string | null)[]): string {
  const given = values.filter((value) => value !== null && value !== '');
  return `<dt>${title}</dt><dd>${given.map((value) => escapeHtml(value ?? '')).join('<br>')}</dd>`;
}

function rowOf(line: DocumentLine, texts: Texts): string {
  const { ingredientName, unit, reference, packSize, packs, packPrice } = line;
  const size = (quantity: number) => `${quantity.toLocaleString(texts.locale)} ${texts[unit]}`;
  return `<tr><td>${escapeHtml(reference ?? '')}</td><td>${escapeHtml(ingredientName)}<br><small>${size(orderedQuantity(line))}</small></td>${[
    size(packSize),
    packs.toLocaleString(texts.locale),
    amount(packPrice, texts),
    amount(packs * packPrice, texts),
  ]
    .map(figure)
    .join('')}</tr>`;
}

function figure(text: string): string {
  return `<td class="figure">${escapeHtml(text)}</td>`;
}

function amount(rupiah: number, { locale }: Texts): string {
  return `Rp ${rupiah.toLocaleString(locale)}`;
}
