/**
 * The media type of an answer, by GraphQL over HTTP: what the `accept` header prefers, and `application/json` where it
 * says nothing.
 */
import { LRUCache } from 'lru-cache';

export type MediaType = 'application/json' | 'application/graphql-response+json';

export interface Negotiated {
  readonly mediaType: MediaType;
  /**
   * The client named `application/json` itself: it is of the time before the newer type, and reads a 400 as a failure of
   * the transport. Requests that are wrong are answered with 200 then, as the specification asks.
   */
  readonly isLegacy: boolean;
}

const OFFERED: readonly MediaType[] = ['application/json', 'application/graphql-response+json'];

const BY_DEFAULT: Negotiated = { mediaType: 'application/json', isLegacy: false };

/** Clients of a kind all say the same. */
const known = new LRUCache<string, { readonly chosen: Negotiated | undefined }>({ max: 200 });

/** Undefined where neither type is accepted. */
export function negotiate(accept: string | undefined): Negotiated | undefined {
  if (accept === undefined || accept === '' || accept === '*/*') return BY_DEFAULT;
  const before = known.get(accept);
  if (before !== undefined) return before.chosen;
  const chosen = choose(accept);
  known.set(accept, { chosen });
  return chosen;
}

function choose(accept: string): Negotiated | undefined {
  const ranges = accept.split(',').map(rangeOf);
  const ranked = OFFERED.flatMap((mediaType) => {
    const best = ranges
      .map((range, order) => ({ ...range, order, mediaType, precision: precisionOf(range.name, mediaType) }))
      .filter(({ precision }) => precision > 0)
      .toSorted((one, other) => other.precision - one.precision)[0];
    return best !== undefined && best.quality > 0 ? [best] : [];
  }).toSorted(
    (one, other) => other.quality - one.quality || other.precision - one.precision || one.order - other.order,
  );
  const [chosen] = ranked;
  if (chosen === undefined) return undefined;
  return { mediaType: chosen.mediaType, isLegacy: chosen.name === 'application/json' };
}

function rangeOf(text: string): { name: string; quality: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

function precisionOf(range: string, mediaType: MediaType): number {
  if (range === mediaType) return 3;
  if (range === 'application/*') return 2;
  return range === '*/*' ? 1 : 0;
}
