/** The mailbox of a development system, which its gateway shows at `/mail`. */
import { eventually } from './wait.js';

interface ShownMail {
  readonly to: string;
  readonly text: string;
}

/**
 * The token of the latest link that was mailed to an address, waited for.
 * @param url of the gateway.
 * @param page which the link leads to.
 */
export function mailedToken(
  url: string,
  address: string,
  page: '/invitation' | '/reset' | '/verify' = '/invitation',
): Promise<string> {
  return eventually(async () => {
    const response = await fetch(new URL('/mail', url), { headers: { accept: 'application/json' } });
    const mails: readonly ShownMail[] = JSON.parse(await response.text());
    const text = mails.find(
      ({ to, text: words }) => to === address && words.includes(`${page}?token=`),
    )?.text;
    const token = /token=([\w-]+)/.exec(text ?? '')?.[1];
    if (token === undefined) throw new Error(`${address} was sent no link to ${page} yet`);
    return token;
  });
}
