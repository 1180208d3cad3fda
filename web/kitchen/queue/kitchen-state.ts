/**
 * The tickets of a kitchen as they are shown: those of the server with the taps that are on their way. A tap shows at once; an answer or
 * an event takes its place, and never an older one. Pure: `Kitchen` sends, this decides.
 */
import type { OrderStatus, TicketFragment } from '../operations.js';

export type Ticket = TicketFragment;

/** How long a step can be undone at the ticket. */
export const UNDO_MILLISECONDS = 5_000;

export type Act = { readonly orderId: string } & (
  | { readonly kind: 'step' | 'undo'; readonly to: OrderStatus }
  | { readonly kind: 'line'; readonly lineId: string; readonly isReady: boolean }
  | { readonly kind: 'priority'; readonly priority: Ticket['priority'] }
);

export interface LastStep {
  readonly from: OrderStatus;
  readonly to: OrderStatus;
}

export interface KitchenState {
  /** As the server has them, and those that are gone from its queue but not yet from the screen. */
  readonly tickets: ReadonlyMap<string, Ticket>;
  /** Of these, those that the server's queue has no more, while a tap or its undoing is open. */
  readonly gone: ReadonlySet<string>;
  /** On their way, the oldest first. */
  readonly acts: readonly Act[];
  /** Of each order, the step that its ticket offers to undo. */
  readonly undoable: ReadonlyMap<string, LastStep>;
  /** Changed by somebody else, and not looked at since. */
  readonly changed: ReadonlySet<string>;
  /** Why the last tap at a ticket had no effect. */
  readonly failures: ReadonlyMap<string, string>;
}

export type Alert = 'new' | 'changed' | 'cancelled';

export const EMPTY: KitchenState = {
  tickets: new Map(),
  gone: new Set(),
  acts: [],
  undoable: new Map(),
  changed: new Set(),
  failures: new Map(),
};

export const NEXT_STATUS: Readonly<Partial<Record<OrderStatus, OrderStatus>>> = {
  PAID: 'PREPARING',
  PREPARING: 'READY',
  READY: 'COMPLETED',
};

export function isVoided({ status }: Ticket): boolean {
  return status === 'CANCELLED' || status === 'REFUNDED';
}

/** @param changed the order that the event is about; null for the queue as it stands at first. */
export function received(
  state: KitchenState,
  queue: readonly Ticket[],
  changed: Ticket | null,
): { readonly state: KitchenState; readonly alerts: readonly Alert[] } {
  const tickets = new Map<string, Ticket>();
  const gone = new Set<string>();
  const changes = new Set(state.changed);
  const alerts: Alert[] = [];
  for (const ticket of queue) {
    const known = state.tickets.get(ticket.id);
    tickets.set(ticket.id, newer(known, ticket));
    if (known === undefined) alerts.push('new');
    else if (isOtherwise(known, ticket) && !isOnItsWay(state, ticket.id)) {
      alerts.push('changed');
      changes.add(ticket.id);
    }
  }
  for (const [id, known] of state.tickets) {
    if (tickets.has(id)) continue;
    if (changed?.id === id && isVoided(changed)) {
      if (!isVoided(known)) alerts.push('cancelled');
      tickets.set(id, changed);
    } else if (isVoided(known)) tickets.set(id, known);
    else if (state.undoable.has(id) || isOnItsWay(state, id)) {
      tickets.set(id, known);
      gone.add(id);
    } else changes.delete(id);
  }
  return { state: { ...state, tickets, gone, changed: changes }, alerts };
}

export function acted(state: KitchenState, act: Act): KitchenState {
  const ticket = shownTicket(state, act.orderId);
  if (ticket === undefined) return state;
  const undoable = new Map(state.undoable);
  if (act.kind === 'step') undoable.set(act.orderId, { from: ticket.status, to: act.to });
  if (act.kind === 'undo') undoable.delete(act.orderId);
  return {
    ...seen(state, act.orderId),
    acts: [...state.acts, act],
    undoable,
    failures: without(state.failures, act.orderId),
  };
}

/** @param ticket as the server has it after the act. */
export function answered(state: KitchenState, act: Act, ticket: Ticket): KitchenState {
  const acts = state.acts.filter((one) => one !== act);
  const tickets = new Map(state.tickets);
  tickets.set(ticket.id, newer(tickets.get(ticket.id), ticket));
  const gone = new Set(state.gone);
  if (ticket.status !== 'COMPLETED') gone.delete(ticket.id);
  return dropped({ ...state, acts, tickets, gone }, ticket.id);
}

export function failed(state: KitchenState, act: Act, message: string): KitchenState {
  const acts = state.acts.filter((one) => one !== act);
  const undoable = act.kind === 'step' ? without(state.undoable, act.orderId) : state.undoable;
  const failures = new Map(state.failures).set(act.orderId, message);
  return dropped({ ...state, acts, undoable, failures }, act.orderId);
}

/** The step can no longer be undone at the ticket. */
export function settled(state: KitchenState, orderId: string): KitchenState {
  return dropped({ ...state, undoable: without(state.undoable, orderId) }, orderId);
}

/** Somebody touched the ticket: a change is known, a cancelled one goes. */
export function seen(state: KitchenState, orderId: string): KitchenState {
  const ticket = state.tickets.get(orderId);
  const changed = new Set(state.changed);
  changed.delete(orderId);
  if (ticket === undefined || !isVoided(ticket)) return { ...state, changed };
  return { ...state, changed, tickets: without(state.tickets, orderId) };
}

export function shownTicket(state: KitchenState, orderId: string): Ticket | undefined {
  const ticket = state.tickets.get(orderId);
  if (ticket === undefined) return undefined;
  return state.acts.filter((act) => act.orderId === orderId).reduce(withAct, ticket);
}

/** What is to be made by wait, rushed ones first; then what waits for pickup. A ticket stays in its place while its step can be undone. */
export function shownTickets(state: KitchenState): Ticket[] {
  const shown = [...state.tickets.keys()].flatMap((id) => shownTicket(state, id) ?? []);
  const place = (ticket: Ticket) => {
    const status = state.undoable.get(ticket.id)?.from ?? ticket.status;
    return status === 'READY' || status === 'COMPLETED' ? 2 : ticket.priority === 'RUSH' ? 0 : 1;
  };
  return shown.sort(
    (one, other) =>
      place(one) - place(other) || compare(one.placedAt, other.placedAt) || compare(one.id, other.id),
  );
}

/** When the kitchen could begin, in milliseconds: at the payment, or ten minutes before the pickup time. */
export function waitsSince({ statusHistory, placedAt, pickupAt }: Ticket): number {
  const paidAt = statusHistory.find(({ status }) => status === 'PAID')?.at ?? placedAt;
  const began = Date.parse(paidAt);
  return pickupAt === null ? began : Math.max(began, Date.parse(pickupAt) - 600_000);
}

function withAct(ticket: Ticket, act: Act): Ticket {
  switch (act.kind) {
    case 'line':
      return {
        ...ticket,
        lines: ticket.lines.map((line) =>
          line.id === act.lineId ? { ...line, isReady: act.isReady } : line,
        ),
      };
    case 'priority':
      return { ...ticket, priority: act.priority };
    default:
      return { ...ticket, status: act.to };
  }
}

/** Every step, an undone one too, is a further entry of the history. */
function newer(known: Ticket | undefined, other: Ticket): Ticket {
  return known !== undefined && known.statusHistory.length > other.statusHistory.length ? known : other;
}

/** What the kitchen has to look at again; its own steps are none of it. */
function isOtherwise(known: Ticket, other: Ticket): boolean {
  const contents = ({ priority, lines }: Ticket) =>
    JSON.stringify([
      priority,
      lines.map(({ id, quantity, note, timesRemade }) => [id, quantity, note, timesRemade]),
    ]);
  return contents(known) !== contents(other);
}

function isOnItsWay(state: KitchenState, orderId: string): boolean {
  return state.acts.some((act) => act.orderId === orderId);
}

/** A ticket that was handed over goes once nothing about it is open. */
function dropped(state: KitchenState, orderId: string): KitchenState {
  const isOpen = state.undoable.has(orderId) || isOnItsWay(state, orderId);
  const isOver = state.gone.has(orderId) || state.tickets.get(orderId)?.status === 'COMPLETED';
  if (isOpen || !isOver) return state;
  return { ...state, tickets: without(state.tickets, orderId) };
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
