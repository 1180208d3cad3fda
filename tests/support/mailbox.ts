/** The mailbox of a development system, which its gateway shows at `/mail`. */
import { eventually } from './wait.js';

interface ShownMail {
  readonly to: string;
  readonly text: string;
  readonly attachments: readonly { readonly filename: string; readonly content: string }[];
}

/**
 * The latest mail that a condition holds of, waited for.
 * @param url of the gateway.
 */
export function shownMail(url: string, isMeant: (mail: ShownMail) => boolean): Promise<ShownMail> {
  return eventually(async () => {
    const response = await fetch(new URL('/mail', url), { headers: { accept: 'application/json' } });
    const mails: readonly ShownMail[] = JSON.parse(await response.text());
    const mail = mails.find(isMeant);
    if (mail === undefined) throw new Error('No such mail was sent yet');
    return mail;
  });
}

/**
 * The token of the latest link that was mailed to an address, waited for.
 * @param url of the gateway.
 * @param page which the link leads to.
 */
export async function mailedToken(
  url: string,
  address: string,
  page: '/invitation' | '/reset' | '/verify' = '/invitation',
): Promise<string> {
  const { text } = await shownMail(
    url,
    ({ to, text: words }) => to === address && words.includes(`${page}?token=`),
  );
  return /token=([\w-]+)/.exec(text)?.[1] ?? '';
}
