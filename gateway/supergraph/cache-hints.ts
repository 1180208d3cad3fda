/**
 * How long a supergraph lets its answers be cached: `@cacheControl(maxAge, inheritMaxAge, scope)` with Apollo's
 * meaning, composed from any link whose feature is called `cacheControl`.
 */
import type { Schema } from '@apollo/federation-internals';

export interface CacheHint {
  /** Seconds. */
  readonly maxAge: number | undefined;
  /** Whether it may be cached as long as what it is part of. */
  readonly inherits: boolean;
  /** Whether it is one person's. */
  readonly isPrivate: boolean;
}

/** By type name or `Type.field`. */
export type CacheHints = ReadonlyMap<string, CacheHint>;

const FEATURE = 'cacheControl';

export function readCacheHints(schema: Schema): CacheHints {
  const hints = new Map<string, CacheHint>();
  const feature = [...(schema.coreFeatures?.allFeatures() ?? [])].find(({ url }) => url.name === FEATURE);
  if (feature === undefined) return hints;
  const directive = feature.directiveNameInSchema(FEATURE);
  const read = (coordinate: string, applied: readonly Application[]): void => {
    const given = applied.find(({ name }) => name === directive)?.arguments();
    if (given === undefined) return;
    hints.set(coordinate, {
      maxAge: typeof given.maxAge === 'number' ? given.maxAge : undefined,
      inherits: given.inheritMaxAge === true,
      isPrivate: given.scope === 'PRIVATE',
    });
  };
  for (const type of schema.types()) {
    read(type.name, type.appliedDirectives);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) read(field.coordinate, field.appliedDirectives);
  }
  return hints;
}

interface Application {
  readonly name: string;
  arguments(): Readonly<Record<string, unknown>>;
}
