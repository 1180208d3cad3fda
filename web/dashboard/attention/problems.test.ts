import { expect, it } from 'vitest';
import type { PaymentRow } from '../data/payments.js';
import type { ShelfRow } from '../data/shelves.js';
import type { StockRow } from '../data/stock.js';
import { type Facts, problemsOf, worstByOutlet } from './problems.js';

const NOW = Date.parse('2026-11-30T03:00:00.000Z');
const minutes = (count: number) => new Date(NOW + count * 60_000).toISOString();

const item = (change: Partial<StockRow>): StockRow => ({
  id: 'milk',
  version: 1,
  unit: 'MILLILITRE',
  onHand: 9_000,
  reserved: 0,
  drawn: 0,
  available: 9_000,
  reorderPoint: 1_000,
  removedAt: null,
  runsOutAt: null,
  outlet: { id: 'menteng' },
  ingredient: { id: 'ingredient', name: 'Susu Segar' },
  ...change,
});

const shelf = (state: ShelfRow['health']['state']): ShelfRow => ({
  id: `shelf ${state}`,
  gramsPerUnit: 1,
  tareGrams: 0,
  stableMilliseconds: 0,
  thresholdGrams: 1,
  batteryPercent: 80,
  lastReadingAt: null,
  removedAt: null,
  health: { state, lastSeenAt: null, filteredReadings: 0 },
  stockItem: { id: 'milk', outlet: { id: 'menteng' }, ingredient: { id: 'ingredient', name: 'Susu Segar' } },
});

const payment = (change: Partial<PaymentRow>): PaymentRow => ({
  id: 'payment',
  status: 'PENDING',
  method: 'CASH',
  createdAt: minutes(-10),
  paidAt: null,
  failureReason: null,
  total: { amount: 25_000 },
  refunded: { amount: 0 },
  refunds: [],
  order: { id: 'order', number: 'A12', outlet: { id: 'menteng' } },
  ...change,
});

const kindsOf = (facts: Partial<Facts>) =>
  problemsOf({
    ...{ stock: [], alerts: new Map(), shelves: [], payments: [], isLinkLost: false, now: NOW },
    ...facts,
  }).map(({ kind }) => kind);

const atRisk = new Map([['milk', { count: 2, numbers: ['A1', 'A2'] }]]);

it('an item that covers its orders and is above its reorder point is none', () => {
  expect(kindsOf({ stock: [item({})] })).toEqual([]);
});

it('an item is at risk while less is there than is promised, and no longer when it is refilled', () => {
  expect(kindsOf({ stock: [item({ onHand: 100, reserved: 300, available: 0 })], alerts: atRisk })).toEqual([
    'AT_RISK',
  ]);
  expect(kindsOf({ stock: [item({ onHand: 9_000, reserved: 300 })], alerts: atRisk })).toEqual([]);
});

it('of an item the worst alone is named: sold out before soon gone, soon gone before low', () => {
  expect(kindsOf({ stock: [item({ available: 0, runsOutAt: minutes(5) })] })).toEqual(['SOLD_OUT']);
  expect(kindsOf({ stock: [item({ available: 900, runsOutAt: minutes(30) })] })).toEqual(['RUNS_OUT']);
  expect(kindsOf({ stock: [item({ available: 900, runsOutAt: minutes(600) })] })).toEqual(['LOW']);
});

it('every shelf that is not online is one', () => {
  const shelves = (['ONLINE', 'SILENT', 'OFFLINE', 'NOISY', 'LOW_BATTERY'] as const).map(shelf);
  expect(kindsOf({ shelves })).toHaveLength(4);
});

it('many shelves of an outlet in the same state are one', () => {
  const silent = Array.from({ length: 3 }, () => shelf('SILENT'));
  expect(kindsOf({ shelves: [...silent, shelf('NOISY')] })).toEqual(['SHELVES', 'SHELF']);
});

it('cash is one when it has waited for two minutes, a refund when it was refused', () => {
  expect(kindsOf({ payments: [payment({})] })).toEqual(['CASH']);
  expect(kindsOf({ payments: [payment({ createdAt: minutes(-1) })] })).toEqual([]);
  expect(kindsOf({ payments: [payment({ status: 'PAID' })] })).toEqual([]);
  const refunds = [{ id: 'refund', status: 'FAILED' as const, amount: { amount: 25_000 } }];
  expect(kindsOf({ payments: [payment({ status: 'PAID', refunds })] })).toEqual(['REFUND']);
});

it('the worst stands first, and a lost link before everything', () => {
  const facts = { stock: [item({ available: 900 })], shelves: [shelf('SILENT')], isLinkLost: true };
  expect(kindsOf(facts)).toEqual(['LINK', 'SHELF', 'LOW']);
});

it('an outlet is as bad as its worst problem', () => {
  const problems = problemsOf({
    ...{ stock: [item({ available: 900 })], alerts: new Map(), shelves: [shelf('SILENT')], payments: [] },
    ...{ isLinkLost: false, now: NOW },
  });
  expect([...worstByOutlet(problems)]).toEqual([['menteng', 'bad']]);
});
