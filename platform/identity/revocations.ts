/**
 * Revocations: what ends before the access tokens that were signed for it do. Each has a number of one sequence without gaps, in the order
 * of the commits. The customer unit publishes them on the bus, and every 250 ms the number of the last; a message may be lost, so gateways
 * compare numbers and read again what they miss.
 */
import { z } from 'zod';
import type { BusPayload } from '../bus/bus.js';

export const REVOCATIONS_TOPIC = 'revocations';
export const HEARTBEAT_MILLISECONDS = 250;

/** One of the two is null. */
export interface Revocation {
  readonly sequence: number;
  /** A session that is over. */
  readonly sessionId: string | null;
  /** A person whose tokens count no longer, where they were signed before. */
  readonly customerId: string | null;
}

export interface RevocationPage {
  /** The number of the last revocation; 0 before the first. */
  readonly last: number;
  /** In their order. */
  readonly revocations: readonly Revocation[];
}

const revocationSchema = z.object({
  sequence: z.number(),
  sessionId: z.string().nullable(),
  customerId: z.string().nullable(),
});

export const revocationPageSchema = z.object({
  last: z.number(),
  revocations: z.array(revocationSchema),
});

const messageSchema = z.union([revocationSchema, z.object({ last: z.number() })]);

export function revocationMessage({ sequence, sessionId, customerId }: Revocation): BusPayload {
  return { sequence, sessionId, customerId };
}

export function heartbeatMessage(last: number): BusPayload {
  return { last };
}

/** Null for what is neither. */
export function parseRevocationMessage(message: BusPayload): Revocation | { readonly last: number } | null {
  return messageSchema.safeParse(message).data ?? null;
}
