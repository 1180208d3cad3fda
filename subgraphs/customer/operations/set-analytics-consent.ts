/**
 * Grants or withdraws the caller's own consent to analytics. Each answer is stored with its proof: when, from where, and of a grant the text that was
 * shown. Resolves once the order subgraph counts by it, after a second at the latest.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { NEVER_GIVEN } from '../domain/consent.js';
import { consentChangedEvent } from '../published.js';
import { findLatestConsent, insertConsent } from '../store/analytics-consents.js';
import { lockAccount } from '../store/customers.js';

const answer = z.object({ isGranted: z.boolean(), notice: name.nullish() });

/** @throws UserFault INVALID_INPUT */
export async function setAnalyticsConsent(context: Context, input: unknown): Promise<void> {
  const { isGranted, notice: shown } = parseInput(answer, input);
  const notice = isGranted ? (shown ?? null) : null;
  if (isGranted && notice === null) {
    throw UserFault.of('INVALID_INPUT', 'Consent names the text that was shown.', ['notice']);
  }
  const { database, identity, origin, cause } = context;
  const customerId = callerOf(identity);
  await database.work(
    cause,
    async (work) => {
      if (!(await lockAccount(work.tx, customerId))) throw notFound('Customer');
      const before = await findLatestConsent(work.tx, customerId);
      if ((before ?? NEVER_GIVEN).isGranted === isGranted && (before?.notice ?? null) === notice) return;
      const consent = { customerId, isGranted, notice, at: new Date(), version: (before?.version ?? 0) + 1 };
      await insertConsent(work.tx, consent, origin);
      work.emit(consentChangedEvent(customerId, consent));
      recordChange(work, context, {
        ...{ action: 'setAnalyticsConsent', entity: { type: 'Customer', id: customerId }, tenant: CHAIN },
        before: { isGranted: before?.isGranted ?? false, notice: before?.notice ?? null },
        after: { isGranted, notice },
      });
    },
    { awaitsApplication: true },
  );
}
