/** What a database of the release could not follow is refused. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { releaseFaults } from './released-migrations.js';

const hash = (sql: string) => createHash('sha256').update(sql).digest('hex');
const released = new Map([
  ['order/1_orders', hash('CREATE TABLE orders ();')],
  ['order/2_lines', hash('CREATE TABLE order_line ();')],
  ['stock/9_items', hash('CREATE TABLE stock_item ();')],
]);
const orders = { name: '1_orders', sql: 'CREATE TABLE orders ();' };
const lines = { name: '2_lines', sql: 'CREATE TABLE order_line ();' };
const faultsOf = (...migrations: { name: string; sql: string }[]) =>
  releaseFaults(released, 'order', { migrations });

describe('a released migration', () => {
  test('stays as it is beside newer ones', () => {
    expect(faultsOf(orders, lines, { name: '3_notes', sql: 'CREATE TABLE note ();' })).toEqual([]);
  });
  test('that was changed is named', () => {
    expect(faultsOf(orders, { ...lines, sql: 'CREATE TABLE order_line (id uuid);' })).toEqual([
      'prisma/order/2_lines is released: change it by a migration of its own.',
    ]);
  });
  test('that is gone is named', () => {
    expect(faultsOf(orders)).toEqual(['prisma/order/2_lines is released: it cannot be removed or renamed.']);
  });
  test('is never followed by one that databases of the release apply in another order', () => {
    expect(faultsOf(orders, { name: '1b_between', sql: '' }, lines)).toEqual([
      'prisma/order/1b_between must sort after order/2_lines, which is released.',
    ]);
  });
});
