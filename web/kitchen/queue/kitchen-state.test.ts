/** Taps, answers and events in whatever order they meet. */
import { expect, it } from 'vitest';
import {
  type Act,
  acted,
  answered,
  EMPTY,
  failed,
  type KitchenState,
  received,
  seen,
  settled,
  shownTickets,
  type Ticket,
} from './kitchen-state.js';

const PAID_AT = '2026-11-30T01:00:00.000Z';

function ticket(number: string, change: Partial<Ticket> = {}): Ticket {
  return {
    id: `id-${number}`,
    number,
    status: 'PAID',
    priority: 'NORMAL',
    placedAt: PAID_AT,
    pickupAt: null,
    statusReason: null,
    guest: null,
    statusHistory: [{ status: 'PAID', at: PAID_AT }],
    lines: [
      {
        id: `line-${number}`,
        name: 'Teh Susu Taro',
        quantity: 1,
        note: null,
        isReady: false,
        station: null,
        timesRemade: 0,
        menuItem: { id: 'taro' },
        substitute: null,
        substituteName: null,
        options: [],
      },
    ],
    ...change,
  };
}

function stepped(of: Ticket, status: Ticket['status']): Ticket {
  return { ...of, status, statusHistory: [...of.statusHistory, { status, at: PAID_AT }] };
}

const start: Act = { orderId: 'id-A1', kind: 'step', to: 'PREPARING' };
const done: Act = { orderId: 'id-A1', kind: 'step', to: 'COMPLETED' };
const numbers = (state: KitchenState) =>
  shownTickets(state).map(({ number, status }) => `${number} ${status}`);
const queueOf = (...queue: Ticket[]) => received(EMPTY, queue, null).state;

it('shows a tap at once, and goes on showing it while an older queue arrives', () => {
  const first = ticket('A1');
  let state = acted(queueOf(first), start);
  expect(numbers(state)).toEqual(['A1 PREPARING']);
  state = answered(state, start, stepped(first, 'PREPARING'));
  state = received(state, [first], null).state;
  expect(numbers(state)).toEqual(['A1 PREPARING']);
});

it('takes a tap back that the server refuses, and says why', () => {
  const state = failed(acted(queueOf(ticket('A1')), start), start, 'Somebody else was faster.');
  expect(numbers(state)).toEqual(['A1 PAID']);
  expect(state.failures.get('id-A1')).toBe('Somebody else was faster.');
  expect(state.undoable.size).toBe(0);
});

it('leaves a ticket that was handed over in its place until it can no longer be undone', () => {
  const first = ticket('A1', { status: 'READY' });
  let state = acted(queueOf(first, ticket('A2', { status: 'READY' })), done);
  state = answered(state, done, stepped(first, 'COMPLETED'));
  state = received(state, [ticket('A2', { status: 'READY' })], null).state;
  expect(numbers(state)).toEqual(['A1 COMPLETED', 'A2 READY']);
  expect(numbers(settled(state, 'id-A1'))).toEqual(['A2 READY']);
});

it('brings an undone ticket back, whichever of event and answer is first', () => {
  const first = ticket('A1', { status: 'READY' });
  const over = stepped(first, 'COMPLETED');
  const back = stepped(over, 'READY');
  const undo: Act = { orderId: 'id-A1', kind: 'undo', to: 'READY' };
  const undone = acted(answered(acted(queueOf(first), done), done, over), undo);
  expect(numbers(undone)).toEqual(['A1 READY']);
  const eventFirst = answered(received(undone, [back], back).state, undo, back);
  const answerFirst = received(answered(undone, undo, back), [back], back).state;
  for (const state of [eventFirst, answerFirst]) expect(numbers(state)).toEqual(['A1 READY']);
});

it('crosses a cancelled ticket out until somebody has seen it', () => {
  const cancelled = stepped(ticket('A1'), 'CANCELLED');
  let { state, alerts } = received(queueOf(ticket('A1')), [], cancelled);
  expect(alerts).toEqual(['cancelled']);
  ({ state, alerts } = received(state, [ticket('A2')], ticket('A2')));
  expect(alerts).toEqual(['new']);
  expect(numbers(state)).toEqual(['A1 CANCELLED', 'A2 PAID']);
  expect(numbers(seen(state, 'id-A1'))).toEqual(['A2 PAID']);
});

it('lets go of what another device handed over', () => {
  const over = stepped(ticket('A1', { status: 'READY' }), 'COMPLETED');
  const { state, alerts } = received(queueOf(ticket('A1')), [], over);
  expect(numbers(state)).toEqual([]);
  expect(alerts).toEqual([]);
});

it('marks what somebody else changed, and not what was tapped here', () => {
  const rushed = ticket('A1', { priority: 'RUSH' });
  const elsewhere = received(queueOf(ticket('A1')), [rushed], rushed);
  expect(elsewhere.alerts).toEqual(['changed']);
  expect([...elsewhere.state.changed]).toEqual(['id-A1']);
  const here = acted(queueOf(ticket('A1')), { orderId: 'id-A1', kind: 'priority', priority: 'RUSH' });
  expect(received(here, [rushed], rushed).alerts).toEqual([]);
});

it('puts rushed tickets first, then the oldest, and what is ready last', () => {
  const state = queueOf(
    ticket('A1', { status: 'READY' }),
    ticket('A2', { placedAt: '2026-11-30T01:02:00.000Z' }),
    ticket('A3', { placedAt: '2026-11-30T01:01:00.000Z' }),
    ticket('A4', { placedAt: '2026-11-30T01:03:00.000Z', priority: 'RUSH' }),
  );
  expect(shownTickets(state).map(({ number }) => number)).toEqual(['A4', 'A3', 'A2', 'A1']);
});

it('lets a ticket go that the kitchen handed over, although the answer was lost', () => {
  const ready = stepped(ticket('A1'), 'READY');
  let state = acted(queueOf(ready), done);
  state = received(state, [], stepped(ready, 'COMPLETED')).state;
  expect(numbers(state)).toEqual(['A1 COMPLETED']);
  expect(numbers(failed(state, done, 'No network'))).toEqual([]);
});

it('keeps a ticket whose handing over was undone before the queue has it again', () => {
  const ready = stepped(ticket('A1'), 'READY');
  const completed = stepped(ready, 'COMPLETED');
  const undo: Act = { orderId: 'id-A1', kind: 'undo', to: 'READY' };
  let state = received(acted(queueOf(ready), done), [], completed).state;
  state = acted(answered(state, done, completed), undo);
  expect(numbers(answered(state, undo, stepped(completed, 'READY')))).toEqual(['A1 READY']);
});
