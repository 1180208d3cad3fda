/** Batched reads of one operation: one query for each kind of record, however many are loaded. */
import DataLoader from 'dataloader';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import {
  type ListLoader,
  type LoaderById,
  listLoaderById,
  loaderById,
} from '../../../platform/kit/loaders.js';
import type { DailyClose, DayFigures } from '../domain/daily-close.js';
import type { Receipt } from '../domain/receipt.js';
import type { Dispute, Payment, Refund } from '../domain/records.js';
import type { Till, TillCount } from '../domain/till.js';
import { findDailyCloses, findReportedDays, findTillIdsOfCloses } from './daily-closes.js';
import type { PaymentDatabase } from './database.js';
import { findDisputes, findDisputesOf } from './disputes.js';
import { findOutletFranchises } from './outlets.js';
import { findCountingPayments, findPayments, findPaymentsOfOrders } from './payments.js';
import { findReceiptsOfOrders } from './receipts.js';
import { findRefunds, findRefundsOf } from './refunds.js';
import { findTillCounts, findTillIdsOfPayments, findTills } from './tills.js';

export interface Loaders {
  readonly payment: LoaderById<Payment>;
  readonly paymentsOfOrder: ListLoader<Payment>;
  readonly paymentOfOrder: { load(orderId: string): Promise<Payment | null> };
  /** By payment, those of the caller's tenants. */
  readonly tillIdOfPayment: DataLoader<string, string | null>;
  readonly till: LoaderById<Till>;
  readonly countsOfTill: ListLoader<TillCount>;
  readonly dailyClose: LoaderById<DailyClose>;
  /** By close: its own day's and those of earlier days. */
  readonly reportedDays: ListLoader<DayFigures & { readonly closeId: string }>;
  readonly tillIdsOfClose: ListLoader<{ readonly closeId: string; readonly tillId: string }>;
  /** Each order's receipt, then its credit notes. */
  readonly receiptsOfOrder: ListLoader<Receipt>;
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
    tillIdOfPayment: new DataLoader(async (paymentIds) => {
      const tillIds = await findTillIdsOfPayments(database, paymentIds);
      return paymentIds.map((id) => tillIds.get(id) ?? null);
    }),
    till: loaderById((ids) => findTills(database, scope, ids)),
    countsOfTill: listLoaderById(
      (tillIds) => findTillCounts(database, tillIds),
      ({ tillId }) => tillId,
    ),
    dailyClose: loaderById((ids) => findDailyCloses(database, scopeFor(identity, 'finance:read'), ids)),
    reportedDays: listLoaderById(
      (closeIds) => findReportedDays(database, closeIds),
      ({ closeId }) => closeId,
    ),
    tillIdsOfClose: listLoaderById(
      (closeIds) => findTillIdsOfCloses(database, closeIds),
      ({ closeId }) => closeId,
    ),
    receiptsOfOrder: listLoaderById(
      (orderIds) => findReceiptsOfOrders(database, scope, orderIds),
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
