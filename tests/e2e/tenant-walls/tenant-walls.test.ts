/**
 * No tenant sees another's, by whatever field, argument, entity or subscription: probes are generated from the subgraphs'
 * schemas, and what is private is read from the databases. Each filter of the application is then removed in turn, and
 * PostgreSQL's row-level security must hold by itself.
 */
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { typeTag } from '../../../platform/ids.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import { eventually } from '../../support/wait.js';
import {
  type ArgumentValues,
  entityOperations,
  mutationText,
  rootOperations,
} from './generated-operations.js';
import { attemptsOn, NAMES_NO_TENANT } from './mutations.js';
import { digestOf, foreignValues, type PrivateRow, privateRows, tablesByValue } from './private-values.js';
import { type Chain, startTwoTenants, type Tenant } from './two-tenants.js';

/** The filters of the application: what each answers where it is removed. */
const FILTERS = [
  'scopeFor',
  'permissionsOf',
  'whereCovered',
  'whereVisible',
  'coveredSql',
  'visibleSql',
  'covers',
  'isOwn',
  'isVisible',
] as const;

const removed = vi.hoisted(() => ({ filter: '' }));

vi.mock('../../../platform/identity/identity.js', async (original) => {
  const real = await original<typeof import('../../../platform/identity/identity.js')>();
  const scopeFor: typeof real.scopeFor = (identity, permission) => ({
    ...real.scopeFor(identity, permission),
    ...(removed.filter === 'scopeFor' ? { everywhere: true } : {}),
  });
  const permissionsOf: typeof real.permissionsOf = (identity) =>
    real.permissionsOf(
      removed.filter === 'permissionsOf'
        ? { ...identity, roles: [{ role: 'HQ', outletId: null, franchiseId: null }] }
        : identity,
    );
  return { ...real, scopeFor, permissionsOf };
});

vi.mock('../../../platform/kit/tenant-scope.js', async (original) => {
  const real = await original<typeof import('../../../platform/kit/tenant-scope.js')>();
  const all: typeof real.whereCovered = () => ({});
  const anyRow = (condition: ReturnType<typeof real.coveredSql>) => ({
    ...condition,
    condition: `(${condition.condition} OR true)`,
  });
  const wrapped: typeof real = {
    ...real,
    whereCovered: (scope) => (removed.filter === 'whereCovered' ? all(scope) : real.whereCovered(scope)),
    whereVisible: (scope) => (removed.filter === 'whereVisible' ? {} : real.whereVisible(scope)),
    coveredSql: (scope, place) =>
      removed.filter === 'coveredSql' ? anyRow(real.coveredSql(scope, place)) : real.coveredSql(scope, place),
    visibleSql: (scope, place) =>
      removed.filter === 'visibleSql' ? anyRow(real.visibleSql(scope, place)) : real.visibleSql(scope, place),
    covers: (scope, row) => removed.filter === 'covers' || real.covers(scope, row),
    isOwn: (scope, row) => removed.filter === 'isOwn' || real.isOwn(scope, row),
    isVisible: (scope, row) => removed.filter === 'isVisible' || real.isVisible(scope, row),
  };
  return wrapped;
});

/** Tables whose rows some field shows to whom they belong: the probes are no proof where they show nothing. */
const SHOWN = [
  'customer.customer',
  'customer.notification',
  'order.cart_line',
  'order.order_line',
  'order.orders',
  'payment.dispute',
  'payment.payment',
  'payment.refund',
  'stock.delivery',
  'stock.shelf',
  'stock.stock_item',
  'stock.stock_movement',
];

/** Longer than an event takes to be consumed. */
const SETTLED_MILLISECONDS = 1_000;

let chain: Chain;
let rows: readonly PrivateRow[];

beforeAll(async () => {
  chain = await startTwoTenants();
  rows = await privateRows(chain);
});
afterAll(() => chain?.stop());

const NOBODY: Identity = { customerId: null, roles: [] };

function callers(): readonly (readonly [who: string, identity: Identity])[] {
  const { guest, barista, manager, owner } = chain.ours;
  return [
    ['nobody', NOBODY],
    ['a guest', guest],
    ['a barista', barista],
    ['a manager', manager],
    ['an owner', owner],
  ];
}

/** What names the tenant's things in arguments. */
function argumentsFor(tenant: Tenant): ArgumentValues {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  return {
    outletId: tenant.outletId,
    orderId: tenant.orderId,
    customerId: tenant.guest.customerId,
    scope: { outletId: tenant.outletId },
    from: day(-1),
    to: day(1),
    first: 50,
    'id:Order': tenant.orderId,
    'id:Payment': tenant.paymentId,
    'id:StockItem': tenant.stockItemId,
    'id:Outlet': tenant.outletId,
    'id:Promotion': tenant.promotionId,
  };
}

/** Every value out of the caller's reach that an answer to a generated operation contains, with the operation. */
async function leaksTo(identity: Identity): Promise<string[]> {
  const foreign = foreignValues(identity, rows);
  const leaks: string[] = [];
  for await (const { name, text, echoed } of answersTo(identity, foreign.keys(), chain.theirs)) {
    for (const [value, tables] of foreign) {
      if (!echoed.has(value) && text.includes(value))
        leaks.push(`${name} shows ${value} of ${tables.join(', ')}`);
    }
  }
  return leaks;
}

async function* answersTo(identity: Identity, ids: Iterable<string>, tenant: Tenant) {
  const values = argumentsFor(tenant);
  const known = [...ids];
  for (const subgraph of SUBGRAPH_NAMES) {
    const { schema } = chain.subgraphs[subgraph];
    const operations = [
      ...rootOperations(schema, 'query', values),
      ...entityOperations(schema, known, values),
    ];
    for (const { name, source, variables } of operations) {
      const answer: ExecutionResult = await chain.run(subgraph, identity, source, variables);
      // An id that the operation itself names says nothing.
      const echoed = new Set(known.filter((id) => `${source}${JSON.stringify(variables)}`.includes(id)));
      yield { name: `${subgraph}: ${name}`, text: JSON.stringify(answer), echoed };
    }
  }
}

describe('the probes', () => {
  it('show to those whom it belongs what they shall show to nobody else', async () => {
    const { guest, owner } = chain.theirs;
    const shown = new Set<string>();
    const own = tablesByValue(rows);
    for (const identity of [guest, owner]) {
      for await (const { text } of answersTo(identity, own.keys(), chain.theirs)) {
        for (const [value, tables] of own)
          if (text.includes(value)) for (const table of tables) shown.add(table);
      }
    }
    expect([...shown].sort()).toEqual(expect.arrayContaining(SHOWN));
  });
});

describe.each(['none', ...FILTERS])('with the filter %s removed', (filter) => {
  beforeAll(() => {
    removed.filter = filter;
  });
  afterAll(() => {
    removed.filter = '';
  });

  it('no field, argument or entity shows another tenant what is not theirs', async () => {
    const leaks: string[] = [];
    for (const [who, identity] of callers()) {
      for (const leak of await leaksTo(identity)) leaks.push(`to ${who}: ${leak}`);
    }
    expect(leaks).toEqual([]);
  });

  it('no mutation changes what is another tenant’s', async () => {
    const before = await settledDigest();
    const changes: string[] = [];
    for (const [who, identity] of callers()) {
      for (const [name, { subgraph, variables }] of Object.entries(attempts())) {
        const source = mutationText(chain.subgraphs[subgraph].schema, name, '__typename');
        await chain.run(subgraph, identity, source, variables);
      }
      const after = await digestOf(chain, chain.theirs);
      const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
      for (const table of changed) changes.push(`${who} changed ${table}`);
      Object.assign(before, after);
    }
    expect(changes).toEqual([]);
  });
});

describe('the attempts', () => {
  it('name every mutation that names what may be a tenant’s', () => {
    const all = SUBGRAPH_NAMES.flatMap((name) =>
      Object.keys(chain.subgraphs[name].schema.getMutationType()?.getFields() ?? {}),
    );
    expect([...Object.keys(attempts()), ...NAMES_NO_TENANT].sort()).toEqual(all.sort());
  });
});

function attempts() {
  const notificationIds = rows
    .filter(
      ({ table, customerId }) =>
        table === 'customer.notification' && customerId === chain.theirs.guest.customerId,
    )
    .flatMap(({ values }) => values.filter((value) => value.endsWith(typeTag('Notification'))));
  return attemptsOn(chain.theirs, chain.ours.manager, notificationIds);
}

/** Once nothing follows any more from what the tenant's own people did. */
async function settledDigest(): Promise<Record<string, string>> {
  return eventually(async () => {
    const first = await digestOf(chain, chain.theirs);
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MILLISECONDS));
    const second = await digestOf(chain, chain.theirs);
    expect(second).toEqual(first);
    return second;
  });
}
