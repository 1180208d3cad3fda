/**
 * Receipts and credit notes as pages of their own: nothing is loaded from elsewhere, everything in them is escaped, and they print on rolls
 * of 80 mm as well as on A4.
 */
import { escapeHtml } from '../../../platform/kit/html.js';
import type { PrintedRow } from '../../../platform/kit/printed-document.js';
import type { ReceiptPage } from './receipt-page.js';

const STYLE = `
  @page { margin: 4mm }
  body { font: 12px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 160mm; padding: 2mm; color: #000; background: #fff }
  h1 { font-size: 16px; margin: 0 } p { margin: 0 }
  table { width: 100%; border-collapse: collapse; margin-top: 3mm } td { padding: 1px 0; vertical-align: top }
  td:last-child { text-align: right; white-space: nowrap; padding-left: 3mm }
  tbody + tbody { border-top: 1px dashed #000 } small { display: block } .total { font-weight: bold; font-size: 14px }`;

export function receiptHtml({ language, documentTitle, heading, head, groups }: ReceiptPage): string {
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(documentTitle)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(heading)}</h1>
${head.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
<table>
${groups.map((rows) => `<tbody>${rows.map(htmlOf).join('\n')}</tbody>`).join('\n')}
</table>
</body>
</html>
`;
}

function htmlOf({ name, details, amount, isTotal }: PrintedRow): string {
  const notes = details.map((detail) => `<small>${escapeHtml(detail)}</small>`).join('');
  const opening = isTotal === true ? '<tr class="total">' : '<tr>';
  return `${opening}<td>${escapeHtml(name)}${notes}</td><td>${escapeHtml(amount)}</td></tr>`;
}
