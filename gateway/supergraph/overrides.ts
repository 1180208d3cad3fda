/**
 * Progressive overrides: `@override(label:)` moves a field to its new subgraph for the requests for which its label holds.
 * A callback decides per label and request. Where it does not, `percent(n)` holds for n of a hundred requests and any
 * other label for none. One draw decides all percentages of a request, so that n of them make n + 1 plans of an operation
 * and not 2ⁿ.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Schema } from '@apollo/federation-internals';
import type { Identity } from '../../platform/identity/identity.js';

export interface Override {
  readonly label: string;
  /** Undefined for a label that is no percentage. */
  readonly percent: number | undefined;
}

/** What of a request a label may be decided by. */
export interface OverrideRequest {
  readonly identity: Identity;
  /** Of the HTTP request, or of the one that opened the WebSocket. */
  readonly headers: IncomingHttpHeaders;
}

/** Whether a label holds for a request; undefined leaves it to its percentage. */
export type DecideOverride = (label: string, request: OverrideRequest) => boolean | undefined;

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

export function readOverrides(schema: Schema): readonly Override[] {
  const labels = new Set<string>();
  for (const type of schema.types()) {
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      for (const applied of field.appliedDirectives) {
        const { overrideLabel } = applied.arguments();
        if (typeof overrideLabel === 'string') labels.add(overrideLabel);
      }
    }
  }
  return [...labels].map((label) => {
    const percent = PERCENT.exec(label)?.[1];
    return { label, percent: percent === undefined ? undefined : Number(percent) };
  });
}

const NONE: readonly string[] = [];

/**
 * The labels that hold for a request.
 *
 * @param draw from 0 up to, not including, 100.
 */
export function takenOverrides(
  overrides: readonly Override[],
  draw: number,
  decide?: (label: string) => boolean | undefined,
): readonly string[] {
  if (overrides.length === 0) return NONE;
  return overrides
    .filter(({ label, percent = 0 }) => decide?.(label) ?? draw < percent)
    .map(({ label }) => label);
}

/**
 * Decides by a header of the request, a list of labels with commas between them: a label that is listed holds, one listed
 * with `!` before it does not. For a header that clients cannot set, or where any of them may choose.
 */
export function overridesByHeader(header: string): DecideOverride {
  const name = header.toLowerCase();
  return (label, { headers }) => {
    const given = headers[name];
    if (given === undefined) return undefined;
    const listed = String(given)
      .split(',')
      .map((one) => one.trim());
    if (listed.includes(label)) return true;
    return listed.includes(`!${label}`) ? false : undefined;
  };
}
