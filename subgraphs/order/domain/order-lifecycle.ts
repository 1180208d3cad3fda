/**
 * Which statuses follow from a trigger. Triggers that are repeated, late or out of order change nothing that is settled: a
 * capture that overtakes stock's answer is recorded until that comes, and a capture for a voided order publishes the order's
 * end again, so that the payment subgraph consumes it after the capture and refunds the money.
 */
import type { RecipeLine } from './menu.js';
import type { DrinkOutcome, OrderLineRecord, StatusEntry, Substitution } from './order.js';
import {
  type Actor,
  isStepOfKitchen,
  isVoided,
  mayMove,
  type OrderStatus,
  UNDONE_TO,
} from './order-state.js';
import { REASONS } from './reasons.js';
import type { Rejection } from './rejection.js';
import { mayBeSubstituted } from './substitution.js';

/** What decides which transitions an order may take. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly statusReason: string | null;
  /** The payment captured for it. */
  readonly paymentId: string | null;
  /** The payment refunded in full, which may be consumed before its capture. */
  readonly refundedPaymentId: string | null;
  readonly wasPaid: boolean;
  /** What became of the drink of an order that was cancelled while it was made. */
  readonly drink: DrinkOutcome | null;
  /** Rupiah of its payment that are gone: refunds gave them back, disputes took them for good. */
  readonly refunded: number;
  /** A part of its total was captured, before that was met. */
  readonly isPartPaid: boolean;
  readonly substitution: Substitution | null;
}

/** Lines that are made a second time, and what they require. */
export interface Remake {
  readonly lines: readonly Pick<OrderLineRecord, 'menuItemId' | 'name' | 'quantity'>[];
  readonly requirements: readonly RecipeLine[];
}

export type OrderTrigger =
  | { readonly type: 'stock-reserved' }
  /** `rejection`: left out where stock did not say what ran out. */
  | { readonly type: 'stock-rejected'; readonly reason: string; readonly rejection?: Rejection }
  /** Its total is met. */
  | { readonly type: 'captured'; readonly paymentId: string }
  | { readonly type: 'part-captured'; readonly paymentId: string }
  | {
      readonly type: 'refunded';
      readonly paymentId: string;
      /** All that is gone of the payment, this refund included. */
      readonly goneTotal: number;
      readonly isFull: boolean;
    }
  | {
      readonly type: 'dispute-lost';
      readonly paymentId: string;
      /** All that is gone of the payment, this dispute included. */
      readonly goneTotal: number;
    }
  | { readonly type: 'payment-window-closed' }
  | { readonly type: 'cancelled'; readonly by: 'guest' | 'manager'; readonly reason: string }
  | { readonly type: 'discarded'; readonly drink: DrinkOutcome; readonly reason: string }
  | { readonly type: 'preparing-started' }
  | { readonly type: 'made-ready' }
  | { readonly type: 'handed-over' }
  | { readonly type: 'step-undone' }
  | ({ readonly type: 'remade' } & Remake)
  /** Null for what cannot be offered. */
  | { readonly type: 'substitute-offered'; readonly substitution: Substitution | null }
  /** `released`: what the replaced lines require, by the recipes of now; `requirements`: what the substitute does in their place. */
  | {
      readonly type: 'substitute-accepted';
      readonly by: 'guest' | 'manager';
      readonly released: readonly RecipeLine[];
      readonly requirements: readonly RecipeLine[];
    }
  /** Stock has answered. */
  | { readonly type: 'substitute-decided'; readonly isReserved: boolean };

export type SubstitutionTrigger = Extract<OrderTrigger, { readonly type: `substitute-${string}` }>;

export function isOfSubstitution(trigger: OrderTrigger): trigger is SubstitutionTrigger {
  return trigger.type.startsWith('substitute-');
}

export interface Transition {
  readonly facts: OrderFacts;
  /** Each status it went through, in order. */
  readonly steps: readonly OrderStatus[];
  /** Whether an event is published although the status stays: of its end again, of a remake, or of a substitution. */
  readonly republish: boolean;
}

/** What transitions need from outside the order. */
export interface TransitionRules {
  /** How long an order waits for its payment. */
  paymentWindowSecondsOf(order: { readonly outletId: string; readonly franchiseId: string }): number;
  timeZoneOf(outletId: string): string;
}

export function follow(order: OrderFacts, trigger: OrderTrigger): Transition {
  switch (trigger.type) {
    case 'stock-reserved':
      return settle(move(order, 'AWAITING_PAYMENT', 'stock'));
    case 'stock-rejected':
      return move(order, 'REJECTED', 'stock', trigger.reason);
    case 'captured':
      return captured(order, trigger.paymentId);
    case 'part-captured':
      return {
        ...unchanged({ ...order, isPartPaid: true }),
        republish: isIgnored(order, trigger.paymentId),
      };
    case 'refunded':
      return moneyGone(order, trigger, { isRefunded: trigger.isFull });
    case 'dispute-lost':
      return moneyGone(order, trigger, { isRefunded: false });
    case 'payment-window-closed':
      return order.status === 'AWAITING_PAYMENT'
        ? move(order, 'CANCELLED', 'clock', REASONS.notPaid)
        : unchanged(order);
    case 'cancelled':
      return move(order, 'CANCELLED', trigger.by, trigger.reason);
    case 'discarded':
      return discarded(order, trigger);
    case 'preparing-started':
      return order.substitution?.status === 'ACCEPTED'
        ? unchanged(order)
        : move(order, 'PREPARING', 'kitchen');
    case 'made-ready':
      return move(order, 'READY', 'kitchen');
    case 'handed-over':
      return move(order, 'COMPLETED', 'kitchen');
    case 'remade':
      return order.status === 'PREPARING'
        ? { ...unchanged(order), republish: true }
        : move(order, 'PREPARING', 'remake');
    case 'substitute-offered':
      return substituteOffered(order, trigger.substitution);
    case 'substitute-accepted':
      return order.substitution?.status === 'OFFERED' && mayBeSubstituted(order.status)
        ? substituted(order, { ...order.substitution, status: 'ACCEPTED' })
        : unchanged(order);
    case 'substitute-decided':
      return order.substitution?.status === 'ACCEPTED' && mayBeSubstituted(order.status)
        ? substituted(order, { ...order.substitution, status: trigger.isReserved ? 'TAKEN' : 'FAILED' })
        : unchanged(order);
    case 'step-undone':
      return isStepOfKitchen(order.status) ? move(order, UNDONE_TO[order.status], 'undo') : unchanged(order);
  }
}

/** A later offer takes the place of one that was not accepted or came to nothing. */
function substituteOffered(order: OrderFacts, offered: Substitution | null): Transition {
  const { status } = order.substitution ?? {};
  const isOpen = status === undefined || status === 'OFFERED' || status === 'FAILED';
  return offered !== null && isOpen && mayBeSubstituted(order.status)
    ? substituted(order, offered)
    : unchanged(order);
}

function substituted(order: OrderFacts, substitution: Substitution): Transition {
  return { ...unchanged({ ...order, substitution }), republish: true };
}

const UNDO_MILLISECONDS = 60_000;

/**
 * Whether the kitchen's step into the present status may still be undone: within a minute of the step itself, so that undoing a later
 * one does not lengthen it.
 * @param history of the order, oldest first.
 */
export function isStepFresh(history: readonly Pick<StatusEntry, 'status' | 'at'>[], now: Date): boolean {
  const present = history.at(-1)?.status;
  if (present === undefined || !isStepOfKitchen(present)) return false;
  const step = history.findLast(
    ({ status }, index) => status === present && history[index - 1]?.status === UNDONE_TO[present],
  );
  return step !== undefined && now.getTime() - step.at.getTime() <= UNDO_MILLISECONDS;
}

function discarded(
  order: OrderFacts,
  { drink, reason }: { readonly drink: DrinkOutcome; readonly reason: string },
): Transition {
  const { facts, ...transition } = move(order, 'CANCELLED', 'kitchen', reason);
  return { ...transition, facts: transition.steps.length > 0 ? { ...facts, drink } : facts };
}

/** @param isRefunded whether the payment was refunded in full, which ends the order; a lost dispute never does. */
function moneyGone(
  order: OrderFacts,
  { paymentId, goneTotal }: { readonly paymentId: string; readonly goneTotal: number },
  { isRefunded }: { readonly isRefunded: boolean },
): Transition {
  if (order.paymentId !== null && order.paymentId !== paymentId) return unchanged(order);
  return settle(
    unchanged({
      ...order,
      refundedPaymentId: isRefunded ? paymentId : order.refundedPaymentId,
      // Totals only rise: a late event of an earlier refund or dispute changes nothing.
      refunded: Math.max(order.refunded, goneTotal),
    }),
  );
}

function captured(order: OrderFacts, paymentId: string): Transition {
  if (order.paymentId !== null) return { ...unchanged(order), republish: isIgnored(order, paymentId) };
  const known = { ...order, paymentId };
  return isVoided(order.status)
    ? { ...unchanged(known), republish: isIgnored(known, paymentId) }
    : settle(unchanged(known));
}

/** A capture for a voided order whose refund has not been consumed. */
function isIgnored({ status, refundedPaymentId }: OrderFacts, paymentId: string): boolean {
  return isVoided(status) && refundedPaymentId !== paymentId;
}

/** Takes the steps that the recorded payment and refund lead to. */
function settle({ facts, steps }: Transition): Transition {
  const { paymentId, refundedPaymentId, wasPaid } = facts;
  if (paymentId === null) return { facts, steps, republish: false };
  const paid = move(facts, 'PAID', 'payment');
  if (paid.steps.length > 0) return settle(join(steps, paid));
  const isRefunded = wasPaid && paymentId === refundedPaymentId;
  return isRefunded ? join(steps, move(facts, 'REFUNDED', 'payment')) : { facts, steps, republish: false };
}

function move(facts: OrderFacts, to: OrderStatus, actor: Actor, reason?: string): Transition {
  if (!mayMove(facts.status, to, actor)) return unchanged(facts);
  return {
    facts: {
      ...facts,
      status: to,
      statusReason: reason ?? facts.statusReason,
      wasPaid: facts.wasPaid || to === 'PAID',
    },
    steps: [to],
    republish: false,
  };
}

function unchanged(facts: OrderFacts): Transition {
  return { facts, steps: [], republish: false };
}

function join(before: readonly OrderStatus[], { facts, steps }: Transition): Transition {
  return { facts, steps: [...before, ...steps], republish: false };
}
