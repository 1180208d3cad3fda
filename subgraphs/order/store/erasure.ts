/** Erases what guests wrote, once their accounts are deleted. */
import { eraseFreeText } from '../../../platform/events/outbox.js';
import { deleteIdempotencyKeysOf } from '../../../platform/kit/idempotency.js';
import { deleteConsentsOf } from './analytics-consents.js';
import type { OwnOrderDatabase, Transaction } from './database.js';
import { deleteGuestsOf } from './guests.js';
import { deleteMemberCodesOf } from './member-codes.js';

/** What is left of orders that have not ended, `eraseTextsOfOrders` erases when they have. */
export async function eraseCustomers(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  await tx.erasedCustomer.createMany({
    data: customerIds.map((customerId) => ({ customerId, erasedAt: new Date() })),
    skipDuplicates: true,
  });
  await tx.favourite.deleteMany({ where: { customerId: { in: [...customerIds] } } });
  await deleteGuestsOf(tx, customerIds);
  await deleteMemberCodesOf(tx, customerIds);
  await deleteConsentsOf(tx, customerIds);
  await deleteIdempotencyKeysOf(tx, customerIds);
  await eraseFreeText(tx, customerIds);
  await tx.$executeRaw`SELECT erase_texts_of_customers()`;
}

export async function eraseTextsOfOrders({ pool }: Pick<OwnOrderDatabase, 'pool'>): Promise<void> {
  await pool.query('SELECT erase_texts_of_customers()');
}
