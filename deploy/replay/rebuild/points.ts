/** A customer's points from the events of orders, payments and rewards, in whatever order they are given. */
import { type OrderRefund, pointsFor, pointsKept } from '../../../subgraphs/customer/domain/loyalty.js';
import type { HistoryEvent } from './history-event.js';

export interface RebuiltPoints {
  readonly points: number;
  readonly lifetimePoints: number;
}

/** What is known of a redemption; `points` is null in events that do not say what it cost. */
interface Redemption {
  readonly points: number | null;
  readonly isVoid: boolean;
  readonly isApplied: boolean;
  readonly isReturned: boolean;
}

interface Account {
  readonly totals: ReadonlyMap<string, number>;
  readonly refunds: ReadonlyMap<string, OrderRefund>;
  readonly redemptions: ReadonlyMap<string, Redemption>;
}

const EMPTY: Account = { totals: new Map(), refunds: new Map(), redemptions: new Map() };
const UNKNOWN: Redemption = { points: null, isVoid: false, isApplied: false, isReturned: false };

/** By the consumer that applies them; the customer subgraph's own events have none. */
export const CONSUMER_OF_POINTS_EVENT: ReadonlyMap<string, string> = new Map([
  ['order.completed', 'customer.loyalty'],
  ['order.refunded', 'customer.loyalty'],
  ['payment.refunded', 'customer.loyalty'],
  ['payment.dispute-closed', 'customer.loyalty'],
  ['order.reward-applied', 'customer.redemptions'],
  ['order.reward-returned', 'customer.redemptions'],
]);

export const REWARD_EVENTS = ['reward.redeemed', 'reward.voided'];

/** Null where an event does not say what a redemption cost. */
export function pointsOf(events: Iterable<HistoryEvent>): RebuiltPoints | null {
  let account = EMPTY;
  for (const event of events) account = accountAfter(account, event);
  let lifetimePoints = 0;
  for (const [orderId, total] of account.totals) {
    const refund = account.refunds.get(orderId);
    lifetimePoints += refund === undefined ? pointsFor(total) : pointsKept(total, refund);
  }
  let spent = 0;
  for (const redemption of account.redemptions.values()) {
    if (redemption.points === null) return null;
    if (isSpent(redemption)) spent += redemption.points;
  }
  return { points: lifetimePoints - spent, lifetimePoints };
}

/** A redemption that was voided while an order was using it is spent all the same; a returned one never is. */
function isSpent({ isVoid, isApplied, isReturned }: Redemption): boolean {
  return !isReturned && (isApplied || !isVoid);
}

function accountAfter(account: Account, event: HistoryEvent): Account {
  switch (event.type) {
    case 'order.completed':
      return { ...account, totals: new Map(account.totals).set(event.data.orderId, event.data.total) };
    case 'order.refunded':
      return refunded(account, event.data.orderId, { refunded: 0, captured: 0, isWhole: true });
    case 'payment.refunded': {
      const { orderId, refundedTotal, lostTotal = 0, capturedTotal, isFull } = event.data;
      // Whether a payment that went back whole was the one that paid for the order, `order.refunded` says.
      if (isFull) return account;
      return refunded(account, orderId, {
        ...{ refunded: refundedTotal + lostTotal, captured: capturedTotal, isWhole: false },
      });
    }
    case 'payment.dispute-closed': {
      const { orderId, loss } = event.data;
      if (loss === undefined) return account;
      return refunded(account, orderId, {
        ...{ refunded: loss.refundedTotal + loss.lostTotal, captured: loss.capturedTotal, isWhole: false },
      });
    }
    case 'reward.redeemed':
      return redemption(account, event.data.redemptionId, { points: event.data.points ?? null });
    case 'reward.voided':
      return redemption(account, event.data.redemptionId, { isVoid: true });
    case 'order.reward-applied':
      return redemption(account, event.data.redemptionId, { isApplied: true });
    case 'order.reward-returned':
      return redemption(account, event.data.redemptionId, { isReturned: true });
    default:
      return account;
  }
}

function refunded(account: Account, orderId: string, refund: OrderRefund): Account {
  const known = account.refunds.get(orderId) ?? refund;
  return {
    ...account,
    refunds: new Map(account.refunds).set(orderId, {
      refunded: Math.max(known.refunded, refund.refunded),
      captured: Math.max(known.captured, refund.captured),
      isWhole: known.isWhole || refund.isWhole,
    }),
  };
}

function redemption(account: Account, id: string, change: Partial<Redemption>): Account {
  const known = account.redemptions.get(id) ?? UNKNOWN;
  return { ...account, redemptions: new Map(account.redemptions).set(id, { ...known, ...change }) };
}
