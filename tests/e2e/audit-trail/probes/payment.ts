/** The mutations of payment that are not a guest's own. */
import { expect } from 'vitest';
import { newId } from '../../../../platform/ids.js';
import type { FrontEnd } from '../../../support/front-end.js';
import type { ShopFloor } from '../shop-floor.js';
import { atOutlet, CHAIN, type Made, MOMENT, type Probe } from './probe.js';

/** Of a drawer of its own. */
async function openedTill(floor: ShopFloor, by: FrontEnd): Promise<Made & { readonly drawer: string }> {
  const drawer = newId();
  const input = { outletId: floor.outletId, float: 100_000, drawer };
  const { till } = await floor.execute<{ till: Made }>(by, 'openTill', { input }, 'till { id }');
  return { id: till.id, drawer };
}

export const PAYMENT_PROBES: Readonly<Record<string, Probe>> = {
  payOrder: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: orderId, total: amount } = await floor.awaitingPayment();
      const input = { orderId, method: 'CASH', idempotencyKey: newId() };
      const { payment } = await floor.execute<{ payment: Made }>(
        frontEnd,
        'payOrder',
        { input },
        'payment { id }',
      );
      return {
        ...{ entity: payment.id, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: null, after: { orderId, method: 'CASH', amount, status: 'PENDING' } },
      };
    },
  },
  confirmCashPayment: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.cashPayment();
      await floor.execute(frontEnd, 'confirmCashPayment', { paymentId });
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: { status: 'PENDING', paidAt: null }, after: { status: 'PAID', paidAt: MOMENT } },
      };
    },
  },
  cancelPayment: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.cashPayment();
      await floor.execute(frontEnd, 'cancelPayment', { paymentId });
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: { status: 'PENDING' }, after: { status: 'FAILED' } },
      };
    },
  },
  openTill: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id, drawer } = await openedTill(floor, frontEnd);
      return {
        ...{ entity: id, entityType: 'Till', ...atOutlet(floor), before: null },
        after: { drawer, float: 100_000 },
      };
    },
  },
  recordCash: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: tillId } = await openedTill(floor, floor.people.sari);
      const input = { tillId, kind: 'CASH_IN', amount: 5_000, reason: 'Change', idempotencyKey: newId() };
      const record = () => floor.execute(frontEnd, 'recordCash', { input });
      await record();
      // A retry is not a second change.
      await record();
      return {
        ...{ entity: tillId, entityType: 'Till', ...atOutlet(floor), before: { expectedCash: 100_000 } },
        after: { expectedCash: 105_000, kind: 'CASH_IN', reason: 'Change' },
      };
    },
  },
  closeTill: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: tillId } = await openedTill(floor, floor.people.sari);
      await floor.execute(frontEnd, 'closeTill', {
        input: { tillId, counted: [{ method: 'CASH', amount: 99_000 }] },
      });
      return {
        ...{ entity: tillId, entityType: 'Till', ...atOutlet(floor), before: { closedAt: null } },
        after: {
          closedAt: MOMENT,
          counts: expect.arrayContaining([
            { method: 'CASH', expected: 100_000, counted: 99_000, difference: -1_000 },
          ]),
        },
      };
    },
  },
  dailyClose: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const day = new Date().toISOString().slice(0, 10);
      const { dailyClose } = await floor.execute<{ dailyClose: Made }>(
        frontEnd,
        'dailyClose',
        { outletId: floor.outletId, day },
        'dailyClose { id }',
      );
      return {
        ...{ entity: dailyClose.id, entityType: 'DailyClose', ...atOutlet(floor) },
        ...{ before: null, after: { day, number: 1 } },
      };
    },
  },
  refundPayment: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.capturedPayment();
      const input = { paymentId, amount: 1_000, reason: 'Spilt', idempotencyKey: newId() };
      const refund = () =>
        floor.execute<{ refund: Made }>(frontEnd, 'refundPayment', { input }, 'refund { id }');
      const { id: refundId } = (await refund()).refund;
      // A retry makes no second entry.
      await refund();
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        before: { refundsHeld: 0 },
        after: { refundsHeld: 1_000, refundId, amount: 1_000, reason: 'Spilt' },
      };
    },
  },
  importSettlement: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const csv = `Type,Status,Amount,Total Fee,Total VAT,Reference,Product ID\nPAYMENT,SUCCESS,1,0,0,${newId()},x`;
      const input = { provider: 'XENDIT', csv };
      const { settlement } = await floor.execute<{ settlement: Made }>(
        frontEnd,
        'importSettlement',
        { input },
        'settlement { id }',
      );
      return {
        ...{ entity: settlement.id, entityType: 'Settlement', ...CHAIN, before: null },
        after: { provider: 'XENDIT', lines: 1, matched: 0, fees: 0 },
      };
    },
  },
  openDispute: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: paymentId, amount } = await floor.capturedPayment();
      const given = { paymentId, amount, reason: 'Not received' };
      const { dispute } = await floor.execute<{ dispute: Made }>(
        frontEnd,
        'openDispute',
        { input: { ...given, idempotencyKey: newId() } },
        'dispute { id }',
      );
      const after = { status: 'OPENED', ...given };
      return { entity: dispute.id, entityType: 'Dispute', ...atOutlet(floor), before: null, after };
    },
  },
  submitDisputeEvidence: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: disputeId } = await floor.openedDispute();
      const evidence = 'The guest signed for it.';
      await floor.execute(frontEnd, 'submitDisputeEvidence', { input: { disputeId, text: evidence } });
      return {
        ...{ entity: disputeId, entityType: 'Dispute', ...atOutlet(floor) },
        before: { status: 'OPENED', evidence: null, evidenceSubmittedAt: null },
        after: { status: 'EVIDENCE_SUBMITTED', evidence, evidenceSubmittedAt: MOMENT },
      };
    },
  },
  resolveDispute: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { id: disputeId } = await floor.openedDispute();
      await floor.execute(frontEnd, 'resolveDispute', { input: { disputeId, outcome: 'LOST' } });
      return {
        ...{ entity: disputeId, entityType: 'Dispute', ...atOutlet(floor) },
        ...{ before: { status: 'OPENED', closedAt: null }, after: { status: 'LOST', closedAt: MOMENT } },
      };
    },
  },
};
