/**
 * The pages behind the links in mails: `/reset`, `/invitation`, `/verify` and `/unsubscribe`. Reading one changes nothing, however many programs follow
 * the link before its person does; the button does. Nothing is asked of another host, no page is stored, and none says to another where
 * its visitor comes from: its address has the token.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Route } from '../../platform/http/server.js';
import { escapeHtml } from '../../platform/kit/html.js';
import { assetRoute } from '../explorer/assets.js';
import { browserScript } from './browser-script.js';
import { STYLE } from './style.js';
import { COMMON_TEXTS, LANGUAGES, type Language, PAGE_TEXTS, PURPOSES, type Purpose } from './texts.js';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  vary: 'accept-language',
};

export function linkPageRoutes(): Route[] {
  const script = browserScript();
  const folder = `/pages/${createHash('sha256').update(script).update(STYLE).digest('hex').slice(0, 16)}`;
  return [
    ...PURPOSES.map(
      (purpose): Route => ({
        method: 'GET',
        path: `/${purpose}`,
        handle(request, response, url) {
          const language = languageOf(request, url);
          response
            .writeHead(200, { ...HEADERS, 'content-language': language })
            .end(pageOf(purpose, language, url.searchParams.get('token') ?? '', folder));
        },
      }),
    ),
    assetRoute(`${folder}/link.js`, 'text/javascript; charset=utf-8', async () => script),
    assetRoute(`${folder}/link.css`, 'text/css; charset=utf-8', async () => STYLE),
  ];
}

/** `?lang=` before what the browser prefers; Indonesian where neither is known. */
function languageOf({ headers }: IncomingMessage, url: URL): Language {
  const preferred = (headers['accept-language'] ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
  const asked = [url.searchParams.get('lang'), ...preferred];
  for (const tag of asked) {
    const known = LANGUAGES.find((language) => language === tag);
    if (known !== undefined) return known;
  }
  return 'id';
}

function passwordFields(language: Language): string {
  const { password, passwordHelp, again, show } = COMMON_TEXTS[language];
  return `<div class="field">
        <label for="password">${password}</label>
        <input id="password" name="password" type="password" autocomplete="new-password" aria-describedby="password-help problem">
        <p class="help" id="password-help">${passwordHelp}</p>
      </div>
      <div class="field">
        <label for="again">${again}</label>
        <input id="again" name="again" type="password" autocomplete="new-password" aria-describedby="problem">
      </div>
      <p><label class="check"><input type="checkbox" name="show"> ${show}</label></p>`;
}

/** Shown where the answer asks for them: the invited person may have an account. */
function newcomerFields(language: Language): string {
  return `<div class="field" data-asked-for="name" hidden>
        <label for="name">${COMMON_TEXTS[language].name}</label>
        <input id="name" name="name" type="text" autocomplete="name" aria-describedby="problem">
      </div>
      <div data-asked-for="password" hidden>
      ${passwordFields(language)}
      </div>`;
}

function fieldsOf(purpose: Purpose, language: Language): string {
  switch (purpose) {
    case 'reset':
      return passwordFields(language);
    case 'invitation':
      return newcomerFields(language);
    case 'verify':
    case 'unsubscribe':
      return '';
  }
}

function pageOf(purpose: Purpose, language: Language, token: string, folder: string): string {
  const texts = PAGE_TEXTS[language][purpose];
  const { otherLanguage, noScript, problems, asked } = COMMON_TEXTS[language];
  const other = language === 'id' ? 'en' : 'id';
  const inOther = `/${purpose}?${new URLSearchParams({ lang: other, token })}`;
  const { button, busy, done, doneLead } = texts;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${texts.title} – Kedai</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${folder}/link.css">
    <script src="${folder}/link.js" defer></script>
  </head>
  <body>
    <main data-purpose="${purpose}" data-texts="${escapeHtml(JSON.stringify({ button, busy, done, doneLead, problems, asked }))}">
      <p class="brand">Kedai</p>
      <h1>${texts.title}</h1>
      <p id="lead">${texts.lead}</p>
      <noscript><p class="problem">${noScript}</p></noscript>
      <p class="problem" id="problem" role="alert"></p>
      <form hidden novalidate>
      ${fieldsOf(purpose, language)}
      <button>${button}</button>
      </form>
      <p id="done" role="status"></p>
    </main>
    <nav><a href="${escapeHtml(inOther)}" lang="${other}" hreflang="${other}">${otherLanguage}</a></nav>
  </body>
</html>
`;
}
