/** One outlet's kitchen: its tickets, and the taps at them, sent one after another for each order. */
import type { TypedDocumentNode } from 'urql';
import { client } from '../../shared/client/client.js';
import { failureOf } from '../../shared/client/failure-of.js';
import {
  CompleteOrder,
  MarkReady,
  type OrderStatus,
  SetLineReady,
  SetPriority,
  StartPreparing,
  type TicketFragment,
  TicketThatIsGone,
  UndoStep,
} from '../operations.js';
import { kitchenText } from '../text.js';
import {
  type Act,
  type Alert,
  acted,
  answered,
  EMPTY,
  failed,
  isVoided,
  type KitchenState,
  NEXT_STATUS,
  received,
  seen,
  settled,
  shownTicket,
  UNDO_MILLISECONDS,
} from './kitchen-state.js';

interface Payload {
  readonly order: TicketFragment | null;
  readonly userErrors: readonly { readonly message: string }[];
}

export class Kitchen {
  #state: KitchenState = EMPTY;
  #hasQueue = false;
  #lastDone: string | undefined;
  readonly #sent = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();
  readonly #alerts = new Set<(alert: Alert) => void>();

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly present = (): KitchenState => this.#state;

  /** Calls for what somebody in the kitchen has to notice. */
  onAlert(listener: (alert: Alert) => void): () => void {
    this.#alerts.add(listener);
    return () => this.#alerts.delete(listener);
  }

  receive(queue: readonly TicketFragment[], changed: TicketFragment | null): void {
    const before = this.#state.tickets;
    const { state, alerts } = received(this.#state, queue, changed);
    this.#set(state);
    if (this.#hasQueue) this.#call(alerts);
    this.#hasQueue = true;
    for (const id of before.keys()) if (!state.tickets.has(id) && id !== changed?.id) void this.#findOut(id);
  }

  /** Start, ready or done: whatever comes next. */
  advance(orderId: string): void {
    const to = NEXT_STATUS[shownTicket(this.#state, orderId)?.status ?? 'CANCELLED'];
    if (to === undefined) {
      this.see(orderId);
      return;
    }
    if (to === 'COMPLETED') this.#lastDone = orderId;
    this.#act({ orderId, kind: 'step', to }, () => step(to, orderId));
    this.#settleLater(orderId);
  }

  /** Takes back the ticket's last step. */
  undo(orderId: string): void {
    const step = this.#state.undoable.get(orderId);
    if (step === undefined) return;
    this.#act({ orderId, kind: 'undo', to: step.from }, () => send(UndoStep, { orderId }));
  }

  /** Brings back what was handed over last on this device; `none` where that is not known, or too long ago. */
  async recallLast(): Promise<'back' | 'none'> {
    const orderId = this.#lastDone;
    this.#lastDone = undefined;
    if (orderId === undefined) return 'none';
    return (await this.recall(orderId)) === undefined ? 'back' : 'none';
  }

  /** Takes back an order's last step, which the server allows for a minute. Resolves to why not. */
  async recall(orderId: string): Promise<string | undefined> {
    if (this.#state.undoable.has(orderId)) return void this.undo(orderId);
    const { order, message } = await send(UndoStep, { orderId });
    if (order === undefined) return message;
    this.#set({ ...this.#state, tickets: new Map(this.#state.tickets).set(orderId, order) });
    return undefined;
  }

  /** Crosses a line off, or takes that back. A ticket whose first line is crossed off has been started. */
  toggleLine(orderId: string, lineId: string): void {
    const ticket = shownTicket(this.#state, orderId);
    const line = ticket?.lines.find(({ id }) => id === lineId);
    if (ticket === undefined || line === undefined) return;
    if (ticket.status === 'PAID') this.advance(orderId);
    else if (ticket.status !== 'PREPARING') return;
    const isReady = !line.isReady;
    this.#act({ orderId, kind: 'line', lineId, isReady }, () =>
      send(SetLineReady, { orderId, lineId, isReady }),
    );
  }

  toggleRush(orderId: string): void {
    const priority = shownTicket(this.#state, orderId)?.priority === 'RUSH' ? 'NORMAL' : 'RUSH';
    this.#act({ orderId, kind: 'priority', priority }, () => send(SetPriority, { orderId, priority }));
  }

  /** The ticket was looked at. */
  see(orderId: string): void {
    this.#set(seen(this.#state, orderId));
  }

  /** A ticket that is gone without an event of its own, as while the link was away, may have been cancelled. */
  async #findOut(orderId: string): Promise<void> {
    const { data } = await client.query(TicketThatIsGone, { orderId }).toPromise();
    if (data?.order == null || !isVoided(data.order) || this.#state.tickets.has(orderId)) return;
    this.#set({ ...this.#state, tickets: new Map(this.#state.tickets).set(orderId, data.order) });
    this.#call(['cancelled']);
  }

  #call(alerts: readonly Alert[]): void {
    for (const alert of new Set(alerts)) for (const listener of this.#alerts) listener(alert);
  }

  #act(act: Act, run: () => Promise<Answer>): void {
    this.#set(acted(this.#state, act));
    const before = this.#sent.get(act.orderId) ?? Promise.resolve();
    const sent = before.then(async () => {
      const { order, message } = await run();
      this.#set(order === undefined ? failed(this.#state, act, message) : answered(this.#state, act, order));
    });
    this.#sent.set(act.orderId, sent);
  }

  #settleLater(orderId: string): void {
    clearTimeout(this.#timers.get(orderId));
    const timer = setTimeout(() => {
      this.#timers.delete(orderId);
      this.#set(settled(this.#state, orderId));
    }, UNDO_MILLISECONDS);
    this.#timers.set(orderId, timer);
  }

  #set(state: KitchenState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function step(to: OrderStatus, orderId: string): Promise<Answer> {
  if (to === 'PREPARING') return send(StartPreparing, { orderId });
  if (to === 'READY') return send(MarkReady, { orderId });
  return send(CompleteOrder, { orderId });
}

interface Answer {
  readonly order: TicketFragment | undefined;
  readonly message: string;
}

async function send<Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Readonly<Record<string, Payload | null>>, Variables>,
  variables: Variables,
): Promise<Answer> {
  const { data, error } = await client.mutation(document, variables).toPromise();
  const payload = Object.values(data ?? {})[0];
  if (payload?.order !== undefined && payload.order !== null) return { order: payload.order, message: '' };
  const message = failureOf(payload?.userErrors, error, kitchenText.notSent);
  return { order: undefined, message };
}
