/** Browsers that persons have registered for pushes. An endpoint is one person's: a browser that somebody else registers is theirs from then on. */
import { newId } from '../../../../platform/ids.js';
import type { PushSubscription } from '../../domain/push.js';
import { findContacts, findErased } from '../contacts.js';
import type { OwnMessagesDatabase, Transaction } from '../database.js';

/** Of one person; the one registered longest ago gives way to one more. */
const MAXIMUM_PER_PERSON = 10;

const SHOWN = { id: true, endpoint: true, createdAt: true } as const;

/** @returns null where the account is deleted. */
export async function upsertSubscription(
  tx: Transaction,
  customerId: string,
  { endpoint, p256dh, auth }: { readonly endpoint: string; readonly p256dh: string; readonly auth: string },
): Promise<PushSubscription | null> {
  // Held until the transaction ends: erasure deletes the account's contact before its browsers.
  const contacts = await findContacts(tx, [customerId]);
  if (contacts.size === 0 && (await findErased(tx, [customerId])).size > 0) return null;
  await tx.pushSubscription.deleteMany({ where: { endpoint, NOT: { customerId } } });
  const registered = await tx.pushSubscription.upsert({
    where: { endpoint },
    create: { id: newId(), customerId, endpoint, p256dh, auth, service: new URL(endpoint).origin },
    update: { p256dh, auth },
    select: SHOWN,
  });
  await tx.$executeRaw`
    DELETE FROM push_subscription WHERE id IN
      (SELECT id FROM push_subscription WHERE customer_id = ${customerId}::uuid AND id <> ${registered.id}::uuid
       ORDER BY id DESC OFFSET ${MAXIMUM_PER_PERSON - 1})`;
  return registered;
}

/** @returns null where the person had not registered it. */
export async function deleteSubscription(
  tx: Transaction,
  customerId: string,
  endpoint: string,
): Promise<PushSubscription | null> {
  const found = await tx.pushSubscription.findFirst({ where: { customerId, endpoint }, select: SHOWN });
  if (found !== null) await tx.pushSubscription.deleteMany({ where: { id: found.id, customerId } });
  return found;
}

/** Newest first. */
export function findSubscriptionsOf(
  { prisma }: Pick<OwnMessagesDatabase, 'prisma'>,
  customerId: string,
): Promise<PushSubscription[]> {
  return prisma.pushSubscription.findMany({ where: { customerId }, select: SHOWN, orderBy: { id: 'desc' } });
}

/** Of all these people. */
export async function findBrowsersOf(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<{ readonly id: string; readonly customerId: string }[]> {
  return tx.pushSubscription.findMany({
    where: { customerId: { in: [...customerIds] } },
    select: { id: true, customerId: true },
  });
}
