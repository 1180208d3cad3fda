/** A customer's points from the events of orders, payments and rewards, in whatever order they are given. */
import { type OrderRefund, pointsFor, pointsKept } from '../../../subgraphs/customer/domain/loyalty.js';
import { moneyOfLoss, moneyOfRefund } from '../../../subgraphs/customer/domain/money-gone.js';
import type { HistoryEvent } from './history-event.js';

export interface RebuiltPoints {
  readonly points: number;
  readonly lifetimePoints: number;
}

/** What is known of a redemption; `points` is null where no event has said what it cost. */
interface Redemption {
  points: number | null;
  isVoid: boolean;
  isApplied: boolean;
  isReturned: boolean;
}

/** By the consumer that applies them; the customer subgraph's own events have none. */
export const CONSUMER_OF_POINTS_EVENT: ReadonlyMap<string, string> = new Map([
  ['order.completed', 'customer.loyalty'],
  ['order.step-undone', 'customer.loyalty'],
  ['order.refunded', 'customer.loyalty'],
  ['payment.refunded', 'customer.loyalty'],
  ['payment.dispute-closed', 'customer.loyalty'],
  ['order.reward-applied', 'customer.redemptions'],
  ['order.reward-returned', 'customer.redemptions'],
]);

export const REWARD_EVENTS = ['reward.redeemed', 'reward.voided'];

/** Null where no event says what a redemption cost. */
export function pointsOf(events: Iterable<HistoryEvent>): RebuiltPoints | null {
  const completions = new Map<string, Completion>();
  const refunds = new Map<string, OrderRefund>();
  const redemptions = new Map<string, Redemption>();
  for (const event of events) {
    switch (event.type) {
      case 'order.completed':
        setLatest(completions, event.data.orderId, {
          version: event.aggregateVersion,
          total: event.data.total,
        });
        break;
      case 'order.step-undone':
        if (event.data.undone === 'COMPLETED') {
          setLatest(completions, event.data.orderId, { version: event.aggregateVersion, total: null });
        }
        break;
      case 'order.refunded':
      case 'payment.refunded':
      case 'payment.dispute-closed': {
        const { orderId } = event.data;
        refunds.set(orderId, greater(refunds.get(orderId) ?? NOTHING, refundOf(event)));
        break;
      }
      case 'reward.redeemed':
        redemptionIn(redemptions, event.data).points = event.data.points ?? null;
        break;
      case 'reward.voided':
        redemptionIn(redemptions, event.data).isVoid = true;
        break;
      case 'order.reward-applied':
        redemptionIn(redemptions, event.data).isApplied = true;
        break;
      case 'order.reward-returned':
        redemptionIn(redemptions, event.data).isReturned = true;
        break;
      default:
    }
  }
  let lifetimePoints = 0;
  for (const [orderId, { total }] of completions) {
    if (total === null) continue;
    const refund = refunds.get(orderId);
    lifetimePoints += refund === undefined ? pointsFor(total) : pointsKept(total, refund);
  }
  let spent = 0;
  for (const redemption of redemptions.values()) {
    if (redemption.points === null) return null;
    if (isSpent(redemption)) spent += redemption.points;
  }
  return { points: lifetimePoints - spent, lifetimePoints };
}

/** A redemption that was voided while an order was using it is spent all the same; a returned one never is. */
function isSpent({ isVoid, isApplied, isReturned }: Redemption): boolean {
  return !isReturned && (isApplied || !isVoid);
}

/** An order's completion, or its undoing. */
interface Completion {
  readonly version: number;
  /** Null where it was undone. */
  readonly total: number | null;
}

function setLatest(completions: Map<string, Completion>, orderId: string, completion: Completion): void {
  const known = completions.get(orderId);
  if (known === undefined || known.version < completion.version) completions.set(orderId, completion);
}

type RefundEvent = HistoryEvent & {
  readonly type: 'order.refunded' | 'payment.refunded' | 'payment.dispute-closed';
};

const NOTHING: OrderRefund = { refunded: 0, captured: 0, isWhole: false };

function refundOf(event: RefundEvent): OrderRefund {
  if (event.type === 'order.refunded') return { ...NOTHING, isWhole: true };
  if (event.type === 'payment.refunded') {
    const { refunded, captured, isFull } = moneyOfRefund(event.data);
    // Whether a payment that went back whole was the one that paid for the order, `order.refunded` says.
    return isFull ? NOTHING : { refunded, captured, isWhole: false };
  }
  const { loss } = event.data;
  return loss === undefined ? NOTHING : { ...moneyOfLoss(loss), isWhole: false };
}

function greater(one: OrderRefund, other: OrderRefund): OrderRefund {
  return {
    refunded: Math.max(one.refunded, other.refunded),
    captured: Math.max(one.captured, other.captured),
    isWhole: one.isWhole || other.isWhole,
  };
}

function redemptionIn(
  redemptions: Map<string, Redemption>,
  { redemptionId }: { readonly redemptionId: string },
): Redemption {
  const known = redemptions.get(redemptionId);
  if (known !== undefined) return known;
  const redemption = { points: null, isVoid: false, isApplied: false, isReturned: false };
  redemptions.set(redemptionId, redemption);
  return redemption;
}
