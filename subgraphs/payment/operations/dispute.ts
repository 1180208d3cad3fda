/**
 * Disputes, for staff of the outlet. A guest's bank opens one at the provider, who tells the merchant; what staff read
 * there is recorded here, so that the money, the refunds and the ledger know of it. A guest who is unhappy with an order
 * asks for a refund; there is no dispute to open with us.
 */
import { z } from 'zod';
import { notFound } from '../../../platform/errors.js';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/input.js';
import type { DisputeOutcome } from '../domain/dispute-state.js';
import * as disputing from '../store/dispute-changes.js';
import { findDispute } from '../store/disputes.js';
import { claimKey, idempotencyKey, once, requestKey } from '../store/idempotency.js';
import { findCoveredPayment } from '../store/payments.js';
import type { Dispute } from '../store/records.js';
import { amount, reason, text } from './input.js';
import type { Caller, Services } from './services.js';

const openSchema = z.object({ paymentId: z.string(), amount, reason, idempotencyKey });

const evidenceSchema = z.object({
  disputeId: z.string(),
  text: text(10_000),
});

export type OpenDisputeInput = z.input<typeof openSchema>;
export type SubmitDisputeEvidenceInput = z.input<typeof evidenceSchema>;

export interface ResolveDisputeInput {
  readonly disputeId: string;
  readonly outcome: DisputeOutcome;
}

type Store = Pick<Services, 'database'>;

export async function openDispute(
  { database, keyedMutex }: Pick<Services, 'database' | 'keyedMutex'>,
  { identity, cause }: Caller,
  given: OpenDisputeInput,
): Promise<Dispute> {
  if ((await findCoveredPayment(database, scopeOf(identity), given.paymentId)) === null) {
    throw notFound('Payment');
  }
  const { idempotencyKey: key, ...input } = parseInput(openSchema, given);
  const openedBy = identity.customerId ?? '';
  const request = requestKey('openDispute', openedBy, key, input);
  const open = () =>
    database.work(cause, async (work) => {
      const disputeId = newId();
      await claimKey(work.tx, request, disputeId);
      await disputing.openDispute(work, { disputeId, openedBy, ...input });
      return disputeId;
    });
  const { id } = await keyedMutex(input.paymentId, () => once(database, request, open));
  return reach({ database }, identity, id);
}

export async function submitDisputeEvidence(
  { database }: Store,
  { identity, cause }: Caller,
  given: SubmitDisputeEvidenceInput,
): Promise<Dispute> {
  await reach({ database }, identity, given.disputeId);
  const { disputeId, text } = parseInput(evidenceSchema, given);
  return database.work(cause, (work) => disputing.submitEvidence(work, disputeId, text));
}

export async function resolveDispute(
  { database }: Store,
  { identity, cause }: Caller,
  { disputeId, outcome }: ResolveDisputeInput,
): Promise<Dispute> {
  await reach({ database }, identity, disputeId);
  return database.work(cause, (work) => disputing.closeDispute(work, disputeId, outcome));
}

function scopeOf(identity: Identity) {
  return scopeFor(identity, 'disputes:manage');
}

/** @throws NOT_FOUND for what does not exist and what the caller may not see alike. */
async function reach({ database }: Store, identity: Identity, disputeId: string): Promise<Dispute> {
  const dispute = await findDispute(database, scopeOf(identity), disputeId);
  if (dispute === null) throw notFound('Dispute');
  return dispute;
}
