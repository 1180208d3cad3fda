/** Writes what a browser is to show: the mail about the same step in a title and a few sentences, and the page that a click opens. */
import { type ClaimedPush, LONGEST_PUSH_BYTES } from '../domain/push.js';
import { orderSubstituteOffered } from './order-steps.js';
import type { Template } from './template.js';
import { TEMPLATES } from './templates.js';
import { UnknownKind } from './write-mail.js';

const LONGEST_BODY = 400;

const TEMPLATES_OF_PUSHES: ReadonlyMap<string, Template> = new Map(
  Object.entries({ ...TEMPLATES, ORDER_SUBSTITUTE_OFFERED: orderSubstituteOffered }),
);

/** JSON of at most `LONGEST_PUSH_BYTES`. @throws UnknownKind for a kind that only a later version has. */
export function writePush({
  kind,
  language,
  facts,
  orderId,
}: Pick<ClaimedPush, 'kind' | 'language' | 'facts' | 'orderId'>): string {
  const template = TEMPLATES_OF_PUSHES.get(kind);
  if (template === undefined) throw new UnknownKind(`This version does not know pushes of the kind ${kind}`);
  const { subject: title, paragraphs } = template[language](facts);
  const outlet = facts.outletId === undefined ? '' : `outlet=${facts.outletId}&`;
  const message = { title, language, tag: orderId, path: `/shop?${outlet}order=${orderId}` };
  const text = JSON.stringify({ ...message, body: shortened(paragraphs.join(' ')) });
  return Buffer.byteLength(text) <= LONGEST_PUSH_BYTES ? text : JSON.stringify({ ...message, body: '' });
}

/** Names of items may be long, and many. */
function shortened(body: string): string {
  const letters = [...body];
  return letters.length <= LONGEST_BODY ? body : `${letters.slice(0, LONGEST_BODY - 1).join('')}…`;
}
