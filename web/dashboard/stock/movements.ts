/** Movements of an item as marks on its curve: where they stand, and what caused them. */

import { level } from '../format.js';
import type { CurveOfItemQuery } from '../operations.js';
import { text } from '../text.js';

type Item = NonNullable<CurveOfItemQuery['stockItem']>;
export type Movement = Item['movements']['nodes'][number];
export type Point = NonNullable<Item['history']>[number];
export type CauseKind = 'order' | 'reading' | 'delivery' | 'person';

/** Okabe-Ito, each with a shape of its own. */
export const CAUSE_COLOURS: Readonly<Record<CauseKind, string>> = {
  order: '#0072b2',
  reading: '#009e73',
  delivery: '#e69f00',
  person: '#cc79a7',
};

const KINDS: Readonly<Record<Movement['cause']['__typename'], CauseKind>> = {
  OrderCause: 'order',
  ReadingCause: 'reading',
  DeliveryCause: 'delivery',
  PersonCause: 'person',
};

export function causeKind({ cause }: Movement): CauseKind {
  return KINDS[cause.__typename];
}

export function causeText({ cause }: Movement): string {
  switch (cause.__typename) {
    case 'OrderCause':
      return text.causedBy.order(cause.order?.number ?? '');
    case 'ReadingCause':
      return text.causedBy.reading(level(cause.grams, 'GRAM'));
    case 'DeliveryCause':
      return text.causedBy.delivery(cause.delivery.supplier ?? cause.delivery.reference ?? '');
    case 'PersonCause':
      return text.causedBy.person([cause.person?.name, cause.reason].filter(Boolean).join(': '));
  }
}

/** The level at a moment, by the last point before it. */
export function levelAt(points: readonly Point[], at: string): number | undefined {
  let known: Point | undefined;
  for (const point of points) {
    if (point.at > at) break;
    known = point;
  }
  return (known ?? points[0])?.last;
}
