/**
 * The mailbox of a development system without a mail server, at `/mail`: a page to read, or JSON where `accept` asks for it. Mails are
 * rendered for each request, so that their tokens are stored nowhere.
 */
import { type Route, sendJson } from '../../platform/http/server.js';
import { escapeHtml } from '../../platform/kit/html.js';
import type { OwnMessagesDatabase } from './store/database.js';
import { findSentMails } from './store/mails.js';
import type { Attachment } from './templates/template.js';
import { isMailKind } from './templates/templates.js';
import type { MailWriter } from './templates/write-mail.js';

interface MailboxMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Files beside the text. */
  readonly attachments: readonly Attachment[];
  /** ISO 8601: when it was sent. */
  readonly at: string;
}

const NEWEST = 200;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "frame-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function mailboxRoute(database: OwnMessagesDatabase, writer: MailWriter): Route {
  return {
    method: 'GET',
    path: '/mail',
    async handle(request, response) {
      const sent = await findSentMails(database, NEWEST);
      const mails = sent
        .filter(({ kind }) => isMailKind(kind))
        .map((mail): MailboxMail => {
          const { subject, text, html, attachment } = writer.write(mail);
          const attachments = attachment === null ? [] : [attachment];
          return { to: mail.to, subject, text, html, attachments, at: mail.sentAt.toISOString() };
        });
      response.setHeader('cache-control', 'no-store').setHeader('vary', 'accept');
      if (wantsJson(request.headers.accept)) return sendJson(response, 200, mails);
      response
        .writeHead(200, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        })
        .end(pageOf(mails));
    },
  };
}

function wantsJson(accept = ''): boolean {
  return accept.includes('application/json') && !accept.includes('text/html');
}

const pageOf = (mails: readonly MailboxMail[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox – Kedai</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --paper: #fbf8f3; --surface: #fff; --ink: #1f1a15; --quiet: #6b6259; --action: #0b6e4f; }
@media (prefers-color-scheme: dark) { :root { --paper: #15120f; --surface: #1e1a16; --ink: #f3eee7; --quiet: #a89f95; --action: #4cc79a; } }
body { margin: 0; padding: 24px 16px; background: var(--paper); color: var(--ink); font: 16px/24px 'Plus Jakarta Sans', system-ui, sans-serif; }
main { max-width: 720px; margin: 0 auto; }
h1 { font-size: 28px; line-height: 36px; margin: 0 0 8px; }
p { margin: 0 0 24px; color: var(--quiet); }
article { background: var(--surface); border-radius: 10px; padding: 16px; margin: 0 0 16px; }
h2 { font-size: 20px; line-height: 28px; margin: 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; margin: 0 0 16px; color: var(--quiet); font-size: 14px; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
a { color: var(--action); }
summary { margin-top: 16px; cursor: pointer; }
iframe { width: 100%; height: 520px; border: 0; border-radius: 8px; margin-top: 8px; }
</style>
</head>
<body>
<main>
<h1>Mailbox</h1>
<p>Mails of this development system, newest first. Nothing leaves it: set <code>SMTP_URL</code> to send them.</p>
${mails.length === 0 ? '<p>No mail yet. A sign-up, an invitation or a forgotten password sends one.</p>' : mails.map(articleOf).join('\n')}
</main>
</body>
</html>
`;

const articleOf = ({ to, subject, text, html, attachments, at }: MailboxMail) => `<article>
<h2>${escapeHtml(subject)}</h2>
<dl><dt>To</dt><dd>${escapeHtml(to)}</dd><dt>Sent</dt><dd><time datetime="${at}">${at}</time></dd></dl>
<pre>${linked(text)}</pre>
<details><summary>As HTML</summary><iframe sandbox title="${escapeHtml(subject)}" srcdoc="${escapeHtml(html)}"></iframe></details>${attachments.map(fileOf).join('')}
</article>`;

const fileOf = ({ filename, content }: Attachment) => `
<details><summary>${escapeHtml(filename)}</summary><pre>${escapeHtml(content)}</pre></details>`;

/** Addresses become links. */
function linked(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (address) => `<a href="${address}">${address}</a>`);
}
