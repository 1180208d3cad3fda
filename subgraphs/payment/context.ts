/** What every resolver is given: its caller and cause, the subgraph's services, and the loaders of this one operation. */
import type { Bus } from '../../platform/bus/bus.js';
import { type Scope, scopeFor } from '../../platform/identity/identity.js';
import { type ListLoader, type LoaderById, listLoaderById, loaderById } from '../../platform/kit/loaders.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import { countingPayments } from './domain/payment-state.js';
import type { Dispute, Payment, Refund } from './domain/records.js';
import type { Services } from './operations/services.js';
import { findDisputes, findDisputesOf } from './store/disputes.js';
import { findPayments, findPaymentsOfOrders } from './store/payments.js';
import { findRefunds, findRefundsOf } from './store/refunds.js';

/** One query each, however many ids are loaded. */
export interface Loaders {
  readonly payment: LoaderById<Payment>;
  readonly paymentOfOrder: { load(orderId: string): Promise<Payment | null> };
  readonly refund: LoaderById<Refund>;
  readonly refundsOf: ListLoader<Refund>;
  readonly dispute: LoaderById<Dispute>;
  readonly disputesOf: ListLoader<Dispute>;
}

export interface Context extends OperationCall {
  readonly services: Services;
  readonly bus: Bus;
  /** What the caller may see: their own payments, and those of outlets where they may read them. */
  readonly reading: Scope;
  readonly loaders: Loaders;
}

export function createContext(services: Services, bus: Bus, { identity, cause }: OperationCall): Context {
  const { database } = services;
  const reading = scopeFor(identity, 'payments:read');
  const paymentsOfOrder = listLoaderById(
    async (orderIds) => countingPayments(await findPaymentsOfOrders(database, reading, orderIds)),
    ({ orderId }) => orderId,
  );
  return {
    identity,
    cause,
    services,
    bus,
    reading,
    loaders: {
      payment: loaderById((ids) => findPayments(database, reading, ids)),
      paymentOfOrder: { load: async (orderId) => (await paymentsOfOrder.load(orderId))[0] ?? null },
      refund: loaderById((ids) => findRefunds(database, reading, ids)),
      refundsOf: listLoaderById(
        (paymentIds) => findRefundsOf(database, paymentIds),
        ({ paymentId }) => paymentId,
      ),
      dispute: loaderById((ids) => findDisputes(database, reading, ids)),
      disputesOf: listLoaderById(
        (paymentIds) => findDisputesOf(database, reading, paymentIds),
        ({ paymentId }) => paymentId,
      ),
    },
  };
}
