/**
 * A mail as plain text and as HTML, from the same parts. Every value is escaped; the HTML names no other host, and reads well without
 * styles, in the dark and on a phone.
 */
import { escapeHtml } from '../../../platform/kit/html.js';
import type { Language } from '../domain/mail.js';
import type { Attachment, MailText } from './template.js';
import { momentIn } from './words.js';

export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachment: Attachment | null;
  /** Where mails of its kind are switched off; null of one that always goes. */
  readonly unsubscribeAddress: string | null;
}

/** @param link of the button, if the mail has one; of a link that works once it says until when. */
export function layOut(
  language: Language,
  { subject, greeting, paragraphs, table, attachment, action, closing }: MailText,
  link: { readonly address: string; readonly expiresAt: Date | null } | null,
  unsubscribeAddress: string | null,
): WrittenMail {
  const expiry = link?.expiresAt ? expiryIn(language, link.expiresAt) : null;
  const linked = link === null || action === null ? null : { label: action, address: link.address };
  const unsubscribing = unsubscribingIn(language);
  return {
    subject,
    unsubscribeAddress,
    attachment: attachment ?? null,
    text: `${[
      greeting,
      ...paragraphs,
      ...(table === undefined
        ? []
        : [[table.titles, ...table.rows].map((row) => row.join('  ').trim()).join('\n')]),
      // On a line of its own, so that nothing that follows is taken for part of it.
      ...(linked === null ? [] : [`${linked.label}:\n${linked.address}`]),
      ...(expiry === null ? [] : [expiry]),
      ...closing,
      'Kedai',
      ...(unsubscribeAddress === null ? [] : [`${unsubscribing}:\n${unsubscribeAddress}`]),
    ].join('\n\n')}\n`,
    html: htmlOf(language, subject, [
      ...[greeting, ...paragraphs].map(paragraph),
      ...(table === undefined ? [] : [tableOf(table)]),
      ...(linked === null ? [] : [button(linked.label, linked.address)]),
      ...(expiry === null ? [] : [paragraph(expiry)]),
      ...closing.map(paragraph),
      ...(linked === null ? [] : [addressInFull(linked.address)]),
      ...(unsubscribeAddress === null ? [] : [small(unsubscribing, unsubscribeAddress)]),
    ]),
  };
}

function expiryIn(language: Language, expiresAt: Date): string {
  const moment = momentIn(language, expiresAt);
  return language === 'id'
    ? `Tautan ini berlaku satu kali, sampai ${moment}.`
    : `The link works once, until ${moment}.`;
}

function unsubscribingIn(language: Language): string {
  return language === 'id' ? 'Berhenti menerima surat seperti ini' : 'Stop receiving mails like this';
}

const paragraph = (text: string) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;

const tableOf = ({ titles, rows }: NonNullable<MailText['table']>) => {
  const cells = (row: readonly string[], kind: 'th' | 'td') =>
    row
      .map((text) => `<${kind} style="padding:4px 8px 4px 0;text-align:left">${escapeHtml(text)}</${kind}>`)
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<table style="margin:0 0 16px;border-collapse:collapse"><thead><tr>${cells(titles, 'th')}</tr></thead>
<tbody>${body}</tbody></table>`;
};

const button = (label: string, address: string) =>
  `<p style="margin:0 0 16px"><a href="${escapeHtml(address)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b6e4f;color:#ffffff;font-weight:650;text-decoration:none">${escapeHtml(label)}</a></p>`;

const addressInFull = (address: string) =>
  `<p style="margin:0;font-size:12px;line-height:18px;word-break:break-all"><a href="${escapeHtml(address)}" style="color:#0b6e4f">${escapeHtml(address)}</a></p>`;

const small = (label: string, address: string) =>
  `<p style="margin:24px 0 0;font-size:12px;line-height:18px;word-break:break-all">${escapeHtml(label)}: <a href="${escapeHtml(address)}" style="color:#6b6259">${escapeHtml(address)}</a></p>`;

const htmlOf = (language: Language, subject: string, parts: readonly string[]) => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:24px 16px;background:#fbf8f3;color:#1f1a15;font-family:'Plus Jakarta Sans',system-ui,sans-serif;font-size:16px;line-height:24px">
<div style="max-width:560px;margin:0 auto;padding:24px;border-radius:10px;background:#ffffff">
<p style="margin:0 0 24px;color:#8a4b1f;font-size:20px;font-weight:650">Kedai</p>
${parts.join('\n')}
</div>
</body>
</html>
`;
