/** Chargebacks by guests' banks: some are won, some lost, and some still open at the end. */
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import type { Shift } from './shift.js';

const opened = z.object({ dispute: z.object({ id: z.string() }).nullable() });

export async function dispute(
  shift: Pick<Shift, 'random' | 'headOffice' | 'acknowledged' | 'tally' | 'closed'>,
  payment: { readonly id: string; readonly method: string; readonly amount: { readonly amount: number } },
): Promise<void> {
  const { random, headOffice, acknowledged, tally, closed } = shift;
  if (payment.method === 'CASH') return;
  const idempotencyKey = newId();
  const amount = random.between(1, payment.amount.amount);
  const input = { paymentId: payment.id, amount, reason: 'Tidak dikenal', idempotencyKey };
  const answer = await headOffice.executeUntilAnswered(
    opened,
    'mutation ($input: OpenDisputeInput!) { openDispute(input: $input) { dispute { id } userErrors { code } } }',
    { input },
    closed,
  );
  if (answer.dispute === null) return;
  const disputeId = answer.dispute.id;
  acknowledged.record(acknowledged.disputes, idempotencyKey, disputeId);
  tally.count('disputes');
  if (random.chance(0.5)) {
    await headOffice.executeUntilAnswered(
      z.unknown(),
      `mutation ($input: SubmitDisputeEvidenceInput!) { submitDisputeEvidence(input: $input) { userErrors { code } } }`,
      { input: { disputeId, text: 'Struk dan rekaman kamera' } },
      closed,
    );
  }
  if (random.chance(0.25)) return;
  await headOffice.executeUntilAnswered(
    z.unknown(),
    'mutation ($input: ResolveDisputeInput!) { resolveDispute(input: $input) { userErrors { code } } }',
    { input: { disputeId, outcome: random.pick(['WON', 'LOST']) } },
    closed,
  );
}
