/**
 * Moves orders through their lifecycle. Every change of status is one transaction: orders locked, version raised, history,
 * event and sales figures written, live updates published after the commit. Any number of orders cost the same few statements.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import type { ChangedFields } from '../../../platform/events/event-types.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { isId } from '../../../platform/ids.js';
import { dayIn, hourIn } from '../../../platform/kit/calendar.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import {
  follow,
  isOfSubstitution,
  type OrderTrigger,
  type Transition,
  type TransitionRules,
} from '../domain/order-lifecycle.js';
import { isInKitchen, isSale, isVoidedBeforeHandover, type OrderStatus } from '../domain/order-state.js';
import { isSaleChanged, type SaleMoment, type SaleState } from '../domain/sale-lines.js';
import {
  kitchenTopic,
  linesRemadeEvent,
  orderEvent,
  orderTopic,
  saleChangedEvent,
  saysSales,
  stepUndoneEvent,
  substitutionChangedEvent,
} from '../published.js';
import type { OrderWork, Transaction } from '../store/database.js';
import { returnDiscounts, type VoidedOrder } from '../store/discounts.js';
import {
  findAndLockOrders,
  type LockedOrder,
  type NewStatusEntry,
  updateOrders,
} from '../store/order-changes.js';
import { type ChangedOrderSale, type RecordedSale, updateSales } from '../store/sales.js';

export interface OrderChange {
  readonly orderId: string;
  readonly cause: Cause;
  /** When it happened, for the day that a payment, refund or lost dispute counts on; now when left out. */
  readonly at?: Date;
  /** Of a capture: how it was paid. */
  readonly method?: string;
  /** Tips that came with it, or below 0 went back; none when left out. */
  readonly tips?: number;
  /** Called with the order locked. Throws to write nothing. */
  trigger(order: OrderRecord, tx: Transaction): OrderTrigger | Promise<OrderTrigger>;
}

/** An order after its change, and the statuses that the change went through. */
export interface ChangedOrder {
  readonly before: OrderRecord;
  readonly order: OrderRecord;
  readonly trigger: OrderTrigger;
  readonly steps: readonly OrderStatus[];
}

/** @returns one result for each change whose order exists, in the order of the changes. */
export async function advanceOrders(
  rules: TransitionRules,
  work: OrderWork,
  changes: readonly OrderChange[],
): Promise<ChangedOrder[]> {
  const before = await findAndLockOrders(work.tx, [...new Set(changes.map(({ orderId }) => orderId))]);
  const after = new Map(before);
  const entries: NewStatusEntry[] = [];
  const results: ChangedOrder[] = [];
  const voided: VoidedOrder[] = [];
  const sales: ChangedOrderSale[] = [];
  const publications: Publication[] = [];
  const now = new Date();

  for (const { orderId, cause, at = now, trigger, ...money } of changes) {
    const current = after.get(orderId);
    if (current === undefined) continue;
    const requested = await trigger(current.order, work.tx);
    const transition = follow(current.facts, requested);
    const next = applied(rules, current, requested, transition, { now, at, ...money });
    after.set(orderId, next);
    const sale = changedSale(rules, current, next, at, money.tips ?? 0);
    if (sale !== null) sales.push(sale);
    results.push({ before: current.order, order: next.order, trigger: requested, steps: transition.steps });

    const published = transition.republish ? [next.order.status] : transition.steps;
    const caused = work.causedBy(cause);
    if (isVoidedBeforeHandover(current.order.status, next.order.status)) {
      voided.push({ order: next.order, work: caused });
    }
    const statuses = published.map((status, index) => ({
      status,
      version: current.order.version + index + 1,
    }));
    publications.push({ work: caused, changed: next, statuses, sale, trigger: requested });
    if (!transition.republish) entries.push(...statuses.map((entry) => ({ ...entry, orderId, at: now })));
  }

  const changed = [...after].flatMap(([id, order]) => {
    const old = before.get(id);
    return old !== undefined && old !== order ? [{ old, order }] : [];
  });
  await updateOrders(
    work.tx,
    changed.map(({ order }) => order),
    entries,
  );
  publish(publications, await updateSales(work.tx, sales));
  await returnDiscounts(work.tx, voided);
  for (const { old, order } of changed) publishLiveUpdates(work, old.order, order.order);
  return results;
}

/** The events of one change of an order. */
interface Publication {
  readonly work: OrderWork;
  readonly changed: LockedOrder;
  readonly statuses: readonly Pick<NewStatusEntry, 'status' | 'version'>[];
  /** Null where its share in the sales figures is as before. */
  readonly sale: ChangedOrderSale | null;
  readonly trigger: OrderTrigger;
}

/** The last event of a change reports what it added to the sales figures, and that of a payment what was paid for. */
function publish(
  publications: readonly Publication[],
  recorded: ReadonlyMap<ChangedOrderSale, RecordedSale>,
): void {
  for (const { work, changed, statuses, sale, trigger } of publications) {
    const { order, facts } = changed;
    const { added, lines } = (sale === null ? undefined : recorded.get(sale)) ?? { added: [], lines: [] };
    const sales = added.length > 0 ? { sales: [...added] } : {};
    const last = statuses.at(-1);
    for (const entry of statuses) {
      const { status, version } = entry;
      if (trigger.type === 'step-undone') work.emit(stepUndoneEvent(order, status, version));
      else if (trigger.type === 'remade') work.emit(linesRemadeEvent(order, trigger, version));
      else if (isOfSubstitution(trigger)) work.emit(substitutionChangedEvent(order, trigger, version));
      else {
        const soldOut = trigger.type === 'stock-rejected' ? trigger.rejection?.soldOut : undefined;
        const changed = entry === last ? sales : {};
        work.emit(orderEvent(order, facts, status, version, { changed, soldOut, lines }));
      }
    }
    if (added.length > 0 && !saysSales(last?.status)) work.emit(saleChangedEvent(order, sales));
  }
}

/** What a change of an order means besides its status. */
export interface AlsoChanged {
  /** For the audit trail, beside the order's own fields. */
  readonly recorded?: ChangedFields;
  /** Called in the transaction, after the change. */
  afterwards?(work: OrderWork, changed: ChangedOrder): Promise<void>;
}

/**
 * Changes one order on behalf of a person. What is not its guest's own doing is recorded in the audit trail.
 * @param action the mutation.
 * @param trigger called with the order locked; throws when the person may not.
 * @throws NOT_FOUND, and UserFault INVALID_STATE when the order's status does not allow it or the order is archived.
 */
export async function advanceOrder(
  context: Context,
  action: string,
  orderId: string,
  trigger: OrderChange['trigger'],
  { recorded = {}, afterwards }: AlsoChanged = {},
): Promise<OrderRecord> {
  const { database, rules, cause, loaders } = context;
  if (!isId(orderId)) throw notFound('Order');
  const changed = await database.work(cause, async (work) => {
    const [result] = await advanceOrders(rules, work, [{ orderId, cause, trigger }]);
    if (result === undefined) throw await refusalOfMissing(context, work.tx, orderId, trigger);
    if (result.order.version === result.before.version) {
      throw UserFault.of('INVALID_STATE', `The order is ${result.order.status}.`, ['orderId']);
    }
    const { before, order } = result;
    await afterwards?.(work, result);
    if (!isByGuest(result.trigger)) {
      recordChange(work, context, {
        ...{ action, entity: { type: 'Order', id: orderId }, tenant: order },
        before: { status: before.status, statusReason: before.statusReason, drink: before.drink },
        after: { status: order.status, statusReason: order.statusReason, drink: order.drink, ...recorded },
      });
    }
    return order;
  });
  loaders.order.clear(orderId).prime(orderId, changed);
  loaders.statusHistory.clear(orderId);
  loaders.lines.clear(orderId);
  loaders.secondsBefore.clearAll();
  return changed;
}

/** Of an order that is not in use: it is archived, or there is none that the person may see. */
async function refusalOfMissing(
  { loaders }: Context,
  tx: Transaction,
  orderId: string,
  trigger: OrderChange['trigger'],
): Promise<Error> {
  const archived = await loaders.order.clear(orderId).load(orderId);
  if (archived === null) return notFound('Order');
  await trigger(archived, tx);
  const message = `The order is ${archived.status} and archived: it changes no more.`;
  return UserFault.of('INVALID_STATE', message, ['orderId']);
}

function isByGuest(trigger: OrderTrigger): boolean {
  return (trigger.type === 'cancelled' || trigger.type === 'substitute-accepted') && trigger.by === 'guest';
}

function applied(
  { paymentWindowSecondsOf, timeZoneOf }: TransitionRules,
  current: LockedOrder,
  trigger: OrderTrigger,
  { facts, steps, republish }: Transition,
  { now, at, method }: { readonly now: Date; readonly at: Date; readonly method?: string },
): LockedOrder {
  const { order } = current;
  const isPaidNow = steps.includes('PAID') && current.paidAt === null;
  const dueAt = new Date(now.getTime() + paymentWindowSecondsOf(order) * 1_000);
  return {
    order: {
      ...order,
      status: facts.status,
      statusReason: facts.statusReason,
      drink: facts.drink,
      isPartPaid: facts.isPartPaid,
      substitution: facts.substitution,
      statusAt: steps.length > 0 ? now : order.statusAt,
      version: order.version + (republish ? 1 : steps.length),
    },
    facts,
    paymentDueAt: facts.status === 'AWAITING_PAYMENT' ? (current.paymentDueAt ?? dueAt) : null,
    paidAt: isPaidNow ? at : current.paidAt,
    salesDay: isPaidNow ? dayIn(timeZoneOf(order.outletId), at) : current.salesDay,
    paymentMethod:
      trigger.type === 'captured' && facts.paymentId === trigger.paymentId
        ? (method ?? current.paymentMethod)
        : current.paymentMethod,
    rejectedLines:
      trigger.type === 'stock-rejected' && steps.includes('REJECTED')
        ? (trigger.rejection?.lines ?? null)
        : current.rejectedLines,
  };
}

function changedSale(
  { timeZoneOf }: TransitionRules,
  old: LockedOrder,
  changed: LockedOrder,
  moment: Date,
  tips: number,
): ChangedOrderSale | null {
  const timeZone = timeZoneOf(changed.order.outletId);
  const [before, after] = [saleState(old, timeZone), saleState(changed, timeZone)];
  if (!isSaleChanged(before, after) && tips === 0) return null;
  const {
    id: orderId,
    outletId,
    franchiseId,
    rewardDiscount,
    serviceCharge,
    taxes,
    rounding,
    placedBy: staffId,
  } = changed.order;
  const charges = { serviceCharge, taxes, rounding };
  const sale = { orderId, outletId, franchiseId, staffId, method: changed.paymentMethod };
  return { ...sale, rewardDiscount, charges, before, after, at: saleMoment(timeZone, moment), tips };
}

function saleState(
  { order: { status }, facts: { refunded }, salesDay, paidAt }: LockedOrder,
  timeZone: string,
): SaleState {
  const isSold = isSale(status) && salesDay !== null && paidAt !== null;
  return { sold: isSold ? { day: salesDay, hour: hourIn(timeZone, paidAt) } : null, refunded };
}

function saleMoment(timeZone: string, moment: Date): SaleMoment {
  return { day: dayIn(timeZone, moment), hour: hourIn(timeZone, moment) };
}

function publishLiveUpdates(work: OrderWork, old: OrderRecord, order: OrderRecord): void {
  if (old.version === order.version) return;
  const message = { id: order.id, version: order.version };
  work.publish(orderTopic(order.id), message);
  if (isInKitchen(old.status) || isInKitchen(order.status))
    work.publish(kitchenTopic(order.outletId), message);
}
