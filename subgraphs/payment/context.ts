/** What every resolver is given: for whom and because of what it runs, and the loaders of this one operation. */
import DataLoader from 'dataloader';
import type { Bus } from '../../platform/bus/bus.js';
import { type Scope, scopeFor } from '../../platform/identity/identity.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { Services } from './operations/services.js';
import { findDisputes, findDisputesOf } from './store/disputes.js';
import { findPayments, findPaymentsOfOrders, findRefunds, findRefundsOf } from './store/payments.js';
import type { Dispute, Payment, Refund } from './store/records.js';

/** One query each, however many are asked for. */
export interface Loaders {
  readonly payment: DataLoader<string, Payment | null>;
  readonly paymentOfOrder: DataLoader<string, Payment | null>;
  readonly refund: DataLoader<string, Refund | null>;
  readonly refundsOf: DataLoader<string, readonly Refund[]>;
  readonly dispute: DataLoader<string, Dispute | null>;
  readonly disputesOf: DataLoader<string, readonly Dispute[]>;
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
  return {
    identity,
    cause,
    services,
    bus,
    reading,
    loaders: {
      payment: new DataLoader((ids) => findPayments(database, reading, ids)),
      paymentOfOrder: new DataLoader((orderIds) => findPaymentsOfOrders(database, reading, orderIds)),
      refund: new DataLoader((ids) => findRefunds(database, reading, ids)),
      refundsOf: new DataLoader((paymentIds) => findRefundsOf(database, paymentIds)),
      dispute: new DataLoader((ids) => findDisputes(database, reading, ids)),
      disputesOf: new DataLoader((paymentIds) => findDisputesOf(database, reading, paymentIds)),
    },
  };
}
