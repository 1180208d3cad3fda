/** What `@listSize` says of a field: how long its list may get. */

/** Where nothing says so. */
export const ASSUMED_LIST_SIZE = 10;

export interface ListSize {
  readonly assumedSize: number;
  /** Arguments that say how long the list may get; the largest given counts. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that are the list; empty when the field itself is. */
  readonly sizedFields: readonly string[];
}

/** @param given the directive's arguments. */
export function listSizeOf({
  assumedSize,
  slicingArguments,
  sizedFields,
}: Readonly<Record<string, unknown>>): ListSize {
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : ASSUMED_LIST_SIZE,
    slicingArguments: namesOf(slicingArguments),
    sizedFields: namesOf(sizedFields),
  };
}

/**
 * Of an interface's field: as long as it gets on any of the possible objects, sliced by whatever slices one of them.
 *
 * @param own what the interface says; it goes for every object that says nothing.
 */
export function largestSize(
  own: ListSize | undefined,
  ofObjects: readonly (ListSize | undefined)[],
): ListSize | undefined {
  const sizes = ofObjects.length > 0 ? ofObjects.map((size) => size ?? own) : [own];
  const known = [own, ...sizes].filter((size) => size !== undefined);
  if (known.length === 0) return undefined;
  return {
    assumedSize: Math.max(...sizes.map((size) => size?.assumedSize ?? ASSUMED_LIST_SIZE)),
    slicingArguments: [...new Set(known.flatMap((size) => size.slicingArguments))],
    sizedFields: [...new Set(known.flatMap((size) => size.sizedFields))],
  };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
