/** The languages that Kedai answers in, and which of them a client prefers by its `Accept-Language`. */
import { LRUCache } from 'lru-cache';

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Headers of browsers are far shorter, and there are few different ones: an entry is a header that many clients send. */
const MAXIMUM_MEMORISED_CHARACTERS = 256;
const memorised = new LRUCache<string, { readonly language: Language | undefined }>({ max: 1_000 });

/** RFC 4647's language-range. */
const RANGE = /^(?:[a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)$/;
/** RFC 9110's weight. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The language that the client prefers (RFC 9110 §12.5.4, RFC 4647 §3.4: `en-GB` finds `en`), the first one where it prefers both alike.
 * Undefined where it does not say: without the header, where it names neither language, and for `*`. What is malformed counts as absent.
 */
export function preferredLanguage(header: string | undefined): Language | undefined {
  if (header === undefined || header === '') return undefined;
  if (header.length > MAXIMUM_MEMORISED_CHARACTERS) return negotiated(header);
  const known = memorised.get(header);
  if (known !== undefined) return known.language;
  const language = negotiated(header);
  memorised.set(header, { language });
  return language;
}

function negotiated(header: string): Language | undefined {
  const ranges = header.toLowerCase().split(',').flatMap(rangeOf);
  const any = ranges.find(({ range }) => range === '*')?.weight ?? 0;
  const qualities = LANGUAGES.map((language) => {
    const own = ranges.filter(({ range }) => range === language || range.startsWith(`${language}-`));
    const isExcluded = own.some(({ range, weight }) => range === language && weight === 0);
    const best = own.toSorted((one, other) => other.weight - one.weight)[0];
    const weight = isExcluded ? 0 : (best?.weight ?? any);
    return { language, weight, place: best === undefined ? Number.POSITIVE_INFINITY : ranges.indexOf(best) };
  });
  const [first, second] = qualities.toSorted(
    (one, other) => other.weight - one.weight || one.place - other.place,
  );
  if (first === undefined || first.weight === 0) return undefined;
  // `*` alone takes either.
  const isIndifferent = first.place === second?.place && first.weight === second.weight;
  return isIndifferent ? undefined : first.language;
}

function rangeOf(entry: string): { readonly range: string; readonly weight: number }[] {
  const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
  if (!RANGE.test(range)) return [];
  const [parameter, ...others] = parameters;
  if (parameter === undefined) return [{ range, weight: 1 }];
  const weight = others.length === 0 ? WEIGHT.exec(parameter)?.[1] : undefined;
  return weight === undefined ? [] : [{ range, weight: Number(weight) }];
}
