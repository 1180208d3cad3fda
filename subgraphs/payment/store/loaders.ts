/** Batched reads of one operation: one query for each kind of record, however many are loaded. */
import DataLoader from 'dataloader';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import {
  type ListLoader,
  type LoaderById,
  listLoaderById,
  loaderById,
} from '../../../platform/kit/loaders.js';
import type { Dispute, Payment, Refund } from '../domain/records.js';
import type { PaymentDatabase } from './database.js';
import { findDisputes, findDisputesOf } from './disputes.js';
import { findOutletFranchises } from './outlets.js';
import { findCountingPayments, findPayments, findPaymentsOfOrders } from './payments.js';
import { findRefunds, findRefundsOf } from './refunds.js';

export interface Loaders {
  readonly payment: LoaderById<Payment>;
  readonly paymentsOfOrder: ListLoader<Payment>;
  readonly paymentOfOrder: { load(orderId: string): Promise<Payment | null> };
  readonly refund: LoaderById<Refund>;
  readonly refundsOf: ListLoader<Refund>;
  readonly dispute: LoaderById<Dispute>;
  readonly disputesOf: ListLoader<Dispute>;
  readonly franchiseOfOutlet: DataLoader<string, string | null>;
}

export function createLoaders(database: PaymentDatabase, identity: Identity): Loaders {
  const scope = scopeFor(identity, 'payments:read');
  const countingOfOrder = listLoaderById(
    (orderIds) => findCountingPayments(database, scope, orderIds),
    ({ orderId }) => orderId,
  );
  return {
    payment: loaderById((ids) => findPayments(database, scope, ids)),
    paymentOfOrder: { load: async (orderId) => (await countingOfOrder.load(orderId))[0] ?? null },
    paymentsOfOrder: listLoaderById(
      (orderIds) => findPaymentsOfOrders(database, scope, orderIds),
      ({ orderId }) => orderId,
    ),
    refund: loaderById((ids) => findRefunds(database, scope, ids)),
    refundsOf: listLoaderById(
      (paymentIds) => findRefundsOf(database, paymentIds),
      ({ paymentId }) => paymentId,
    ),
    dispute: loaderById((ids) => findDisputes(database, scope, ids)),
    franchiseOfOutlet: new DataLoader((outletIds) => findOutletFranchises(database, outletIds)),
    disputesOf: listLoaderById(
      (paymentIds) => findDisputesOf(database, scope, paymentIds),
      ({ paymentId }) => paymentId,
    ),
  };
}
