/**
 * Negotiates the media type of a response by GraphQL over HTTP and GraphQL over SSE: the one that `accept` prefers, by default
 * `application/json`.
 */
import { LRUCache } from 'lru-cache';

export type MediaType = 'application/json' | 'application/graphql-response+json';

export interface Negotiated {
  /** Of a response that is no stream; undefined where the client accepts none. */
  readonly json: MediaType | undefined;
  /**
   * Whether the client named `application/json` itself. It may predate the newer type and take a 400 for a failure of the
   * transport, so the specification demands 200 for operations that are invalid.
   */
  readonly isLegacy: boolean;
  /** Whether `text/event-stream` is accepted, and by name or by a range such as `text/*`. */
  readonly stream: 'named' | 'in range' | 'not accepted';
}

const JSON_TYPES: readonly MediaType[] = ['application/json', 'application/graphql-response+json'];
const EVENT_STREAM = 'text/event-stream';

const BY_DEFAULT: Negotiated = { json: 'application/json', isLegacy: false, stream: 'in range' };

/** By header: clients of one kind send equal ones. */
const known = new LRUCache<string, Negotiated>({ max: 200 });

export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept === '' || accept === '*/*') return BY_DEFAULT;
  const before = known.get(accept);
  if (before !== undefined) return before;
  const negotiated = negotiateRanges(accept.split(',').map(rangeOf));
  known.set(accept, negotiated);
  return negotiated;
}

interface Range {
  readonly name: string;
  readonly quality: number;
}

interface Match extends Range {
  readonly order: number;
  readonly precision: number;
}

function negotiateRanges(ranges: readonly Range[]): Negotiated {
  const [best] = JSON_TYPES.flatMap((mediaType) => {
    const match = bestMatch(ranges, mediaType);
    return match === undefined ? [] : [{ ...match, mediaType }];
  }).toSorted(
    (one, other) => other.quality - one.quality || other.precision - one.precision || one.order - other.order,
  );
  const stream = bestMatch(ranges, EVENT_STREAM);
  return {
    json: best?.mediaType,
    isLegacy: best?.name === 'application/json',
    stream: stream === undefined ? 'not accepted' : stream.name === EVENT_STREAM ? 'named' : 'in range',
  };
}

/** The most precise range that covers a media type, unless it excludes it by `q=0`. */
function bestMatch(ranges: readonly Range[], mediaType: string): Match | undefined {
  const [best] = ranges
    .map((range, order) => ({ ...range, order, precision: precisionOf(range.name, mediaType) }))
    .filter(({ precision }) => precision > 0)
    .toSorted((one, other) => other.precision - one.precision);
  return best !== undefined && best.quality > 0 ? best : undefined;
}

function rangeOf(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

function precisionOf(range: string, mediaType: string): number {
  if (range === mediaType) return 3;
  if (range === `${mediaType.split('/')[0]}/*`) return 2;
  return range === '*/*' ? 1 : 0;
}
