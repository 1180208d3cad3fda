/**
 * No tenant sees another's, by whatever field, argument, entity or subscription: probes are generated from the subgraphs'
 * schemas, and what is private is read from the databases. Each filter of the application is then removed in turn, and
 * PostgreSQL's row-level security must hold by itself.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type ExecutionResult, type GraphQLSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { typeTag } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { PUBLIC_EVENT_TYPES, publicEventOf } from '../../../subgraphs/messages/events/public-events.js';
import { PUBLIC_SHAPES, schemaIdOf } from '../../../subgraphs/messages/events/public-shapes.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import { eventually } from '../../support/wait.js';
import { type GeneratedOperation, mutationOperation } from './generated-operations.js';
import { attemptsOn } from './mutations.js';
import {
  digestOf,
  type ForeignValues,
  foreignValues,
  type PrivateRow,
  privateRows,
  tablesByValue,
} from './private-values.js';
import { argumentsFor, queriesOn, subscriptionsOn } from './probes.js';
import { type Chain, type Person, type Placed, startTwoTenants } from './two-tenants.js';

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
  // By its values alone: a prepared statement has one text.
  const unless = (filter: string, scope: Parameters<typeof real.coveredSql>[0]) =>
    removed.filter === filter ? { ...scope, everywhere: true } : scope;
  const wrapped: typeof real = {
    ...real,
    whereCovered: (scope) => (removed.filter === 'whereCovered' ? all(scope) : real.whereCovered(scope)),
    whereVisible: (scope) => (removed.filter === 'whereVisible' ? {} : real.whereVisible(scope)),
    coveredSql: (scope, place) => real.coveredSql(unless('coveredSql', scope), place),
    visibleSql: (scope, place) => real.visibleSql(unless('visibleSql', scope), place),
    covers: (scope, row) => removed.filter === 'covers' || real.covers(scope, row),
    isOwn: (scope, row) => removed.filter === 'isOwn' || real.isOwn(scope, row),
    isVisible: (scope, row) => removed.filter === 'isVisible' || real.isVisible(scope, row),
  };
  return wrapped;
});

const PLACE = { outletId: z.string(), franchiseId: z.string() };
const publicType = z.enum(PUBLIC_EVENT_TYPES.map(({ name }) => name));

/** Of every subgraph, as its relay delivers them. */
async function publishedEvents(): Promise<AnyEvent[]> {
  const events = await Promise.all(
    SUBGRAPH_NAMES.map(async (name) => {
      const { rows } = await chain.pools[name].query<AnyEvent>(
        `SELECT id, type, version, source, occurred_at AS "occurredAt", aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion",
           data, metadata
         FROM event_history`,
      );
      return rows;
    }),
  );
  return events.flat();
}

/** Tables whose rows some field shows to whom they belong: the probes are no proof where they show nothing. */
const SHOWN = [
  'customer.customer',
  'customer.notification',
  'messages.schedule',
  'messages.webhook',
  'messages.webhook_delivery',
  'order.cart_line',
  'order.order_line',
  'order.orders',
  'payment.dispute',
  'payment.payment',
  'payment.refund',
  'stock.delivery',
  'stock.purchase_order',
  'stock.shelf',
  'stock.stock_count',
  'stock.stock_count_line',
  'stock.stock_item',
  'stock.stock_movement',
  'stock.supplier',
  'stock.supplier_price',
  'stock.transfer',
  'stock.waste',
];

/** What `stir` makes each subscription show to whom it belongs. */
const STIRRED = [
  'availabilityChanged',
  'kitchenQueueChanged',
  'lowStock',
  'notificationReceived',
  'orderStatusChanged',
  'ordersChanged',
  'paymentStatusChanged',
  'paymentsChanged',
  'salesChanged',
  'stockLevelChanged',
];

/** Longer than a stream is behind another. */
const STREAM_MILLISECONDS = 600;

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

/** What is out of a caller's reach in what an operation answers; an id that the operation itself names says nothing. */
function leaksIn(answer: string, operation: GeneratedOperation, foreign: ForeignValues): string[] {
  const shown = foreign.in(answer);
  if (shown.length === 0) return [];
  const named = `${operation.source}${JSON.stringify(operation.variables)}`;
  return shown
    .filter(([value]) => !named.includes(value))
    .map(([value, tables]) => `${operation.name} shows ${value} of ${tables.join(', ')}`);
}

interface Probe {
  readonly subgraph: SubgraphName;
  readonly operation: GeneratedOperation;
}

/** What each caller may not see, and the probes for it: the same whatever filter is removed. */
const foreignTo = memoised((identity: Identity) => foreignValues(identity, rows));
const foreignProbes = memoised((identity: Identity) => probesFor(foreignTo(identity).values.keys()));

async function leaksTo(identity: Identity): Promise<string[]> {
  const leaks: string[] = [];
  for await (const { operation, text } of answersTo(identity, foreignProbes(identity)))
    leaks.push(...leaksIn(text, operation, foreignTo(identity)));
  return leaks;
}

function memoised<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

function probesFor(ids: Iterable<string>): Probe[] {
  const known = [...ids];
  return SUBGRAPH_NAMES.flatMap((subgraph) =>
    queriesOn(chain.subgraphs[subgraph].schema, chain.theirs, known).map((operation) => ({
      subgraph,
      operation,
    })),
  );
}

async function* answersTo(identity: Identity, probes: readonly Probe[]) {
  for (const { subgraph, operation } of probes) {
    const { source, variables } = operation;
    const answer: ExecutionResult = await chain.run(subgraph, identity, source, variables);
    yield { operation, text: JSON.stringify(answer) };
  }
}

/** A subscription of somebody's, and what it has shown so far. */
interface Watched {
  readonly who: string;
  readonly identity: Identity;
  readonly operation: GeneratedOperation;
  readonly shown: string[];
  stop(): void;
}

async function watch(orderId: string, who: string, identity: Identity): Promise<Watched[]> {
  const watched: Watched[] = [];
  for (const subgraph of SUBGRAPH_NAMES) {
    for (const operation of subscriptionsOn(chain.subgraphs[subgraph].schema, { ...chain.theirs, orderId })) {
      const answer = await chain.subscribe(subgraph, identity, operation.source);
      const shown: string[] = [];
      if (!(Symbol.asyncIterator in answer)) shown.push(JSON.stringify(answer));
      else void collect(answer, shown);
      const stop = () => void (Symbol.asyncIterator in answer && answer.return());
      watched.push({ who, identity, operation, shown, stop });
    }
  }
  return watched;
}

async function collect(answers: AsyncIterable<ExecutionResult>, shown: string[]): Promise<void> {
  for await (const answer of answers) shown.push(JSON.stringify(answer));
}

/** Counts their stock meanwhile. */
function eventuallyCounting(check: () => Promise<void>): Promise<void> {
  const counting = async () => {
    await chain.count(chain.theirs);
    await check();
  };
  return eventually(counting, { interval: 500 });
}

/** Waits until the tenant's own people have been shown what has just become so, and a while longer. */
async function stirTheirs(placed: Placed, own: readonly Watched[]): Promise<void> {
  const before = own.map(({ shown }) => shown.length);
  await chain.pay(chain.theirs, placed);
  await eventuallyCounting(async () => {
    const stirred = own.filter(({ shown }, index) => shown.length > (before[index] ?? 0));
    const names = new Set(stirred.map(({ operation }) => operation.name));
    expect([...names]).toEqual(expect.arrayContaining(STIRRED));
  });
  await new Promise((resolve) => setTimeout(resolve, STREAM_MILLISECONDS));
}

/** What is invalid by the schema would show nothing, whatever the walls do. */
function invalidIn(schema: GraphQLSchema, operations: readonly GeneratedOperation[]): string[] {
  return operations.flatMap(({ name, source }) =>
    validate(schema, parse(source)).map(({ message }) => `${name}: ${message}`),
  );
}

function probesOn(schema: GraphQLSchema): GeneratedOperation[] {
  const ids = tablesByValue(rows).keys();
  return [...queriesOn(schema, chain.theirs, ids), ...subscriptionsOn(schema, chain.theirs)];
}

describe('the probes', () => {
  it('are valid operations of every subgraph', () => {
    const invalid = SUBGRAPH_NAMES.flatMap((name) => {
      const { schema } = chain.subgraphs[name];
      return invalidIn(schema, probesOn(schema));
    });
    expect(invalid).toEqual([]);
  });

  it('show to those whom it belongs what they shall show to nobody else', async () => {
    const { guest, owner } = chain.theirs;
    const shown = new Set<string>();
    const own = tablesByValue(rows);
    for (const identity of [guest, owner]) {
      for await (const { text } of answersTo(identity, probesFor(own.keys()))) {
        for (const [value, tables] of own)
          if (text.includes(value)) for (const table of tables) shown.add(table);
      }
    }
    expect([...shown].sort()).toEqual(expect.arrayContaining(SHOWN));
  });
});

describe('what the chain publishes', () => {
  it('has the shapes that the public schemas promise, with who it belongs to', async () => {
    const types = new Set<string>();
    for (const event of await publishedEvents()) {
      for (const { type, body } of publicEventOf(event)) {
        const { data, ...attributes } = z.looseObject({ data: z.unknown() }).parse(JSON.parse(body));
        const shape = PUBLIC_SHAPES[publicType.parse(type)];
        const { outletId, franchiseId } = z.looseObject(PLACE).parse(shape.data.parse(data));
        expect(attributes).toMatchObject({ franchiseid: franchiseId, outletid: outletId });
        expect(attributes.dataschema).toBe(schemaIdOf(type, shape.version));
        types.add(type);
      }
    }
    const steps = ['order.placed', 'order.ready', 'payment.refunded', 'payment.dispute-opened'];
    expect([...types]).toEqual(expect.arrayContaining([...steps, 'purchase-order.sent']));
  });
});

describe('through the gateway', () => {
  let frontEndOf: Awaited<ReturnType<Chain['startGateway']>>;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    frontEndOf = await chain.startGateway();
    const sdl = await readFile(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8');
    const supported = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };
    schema = Supergraph.build(sdl, supported).apiSchema().toGraphQLJSSchema();
  });

  async function* answersThrough(caller: Person | undefined, ids: Iterable<string>) {
    const frontEnd = await frontEndOf(caller);
    for (const operation of queriesOn(schema, chain.theirs, ids)) {
      const { data, errors } = await frontEnd.answer(operation.source, operation.variables);
      yield { operation, text: JSON.stringify({ data, errors }) };
    }
  }

  it('the probes are valid operations', () => {
    expect(invalidIn(schema, probesOn(schema))).toEqual([]);
  });

  it('to whom it belongs is shown what shall be shown to nobody else', async () => {
    const shown = new Set<string>();
    const own = tablesByValue(rows);
    for (const identity of [chain.theirs.guest, chain.theirs.owner]) {
      for await (const { text } of answersThrough(identity, own.keys())) {
        for (const [value, tables] of own)
          if (text.includes(value)) for (const table of tables) shown.add(table);
      }
    }
    expect([...shown].sort()).toEqual(expect.arrayContaining(SHOWN));
  });

  it('no field, argument or node shows another tenant what is not theirs', async () => {
    const { guest, barista, manager, owner } = chain.ours;
    const leaks: string[] = [];
    const ask = async (caller: Person | undefined) => {
      const foreign = foreignValues(caller ?? NOBODY, rows);
      for await (const { operation, text } of answersThrough(caller, foreign.values.keys()))
        leaks.push(...leaksIn(text, operation, foreign));
    };
    await Promise.all([undefined, guest, barista, manager, owner].map(ask));
    expect(leaks).toEqual([]);
  });

  it('no mutation changes or shows what is another tenant’s', async () => {
    const before = await settledDigest();
    const { guest, barista, manager, owner } = chain.ours;
    const leaks: string[] = [];
    for (const caller of [undefined, guest, barista, manager, owner]) {
      const frontEnd = await frontEndOf(caller);
      const foreign = foreignValues(caller ?? NOBODY, rows);
      for (const [name, { variables }] of Object.entries(attempts())) {
        const source = mutationOperation(schema, name, argumentsFor(chain.theirs));
        const { data, errors } = await frontEnd.answer(source, variables);
        leaks.push(...leaksIn(JSON.stringify({ data, errors }), { name, source, variables }, foreign));
      }
    }
    expect(leaks).toEqual([]);
    expect(await settledDigest()).toEqual(before);
  });

  it('no subscription shows another tenant what is not theirs', async () => {
    const { guest, barista, manager, owner } = chain.ours;
    const placed = await chain.place(chain.theirs);
    const { orderId } = placed;
    const watch = async (caller: Person | undefined) => {
      const frontEnd = await frontEndOf(caller);
      return subscriptionsOn(schema, { ...chain.theirs, orderId }).map((operation) => ({
        caller,
        operation,
        stream: frontEnd.subscribe(operation.source),
      }));
    };
    const own = [...(await watch(chain.theirs.guest)), ...(await watch(chain.theirs.owner))];
    const foreign = (await Promise.all([undefined, guest, barista, manager, owner].map(watch))).flat();
    await eventually(async () => expect(own.some(({ stream }) => stream.events.length > 0)).toBe(true));
    await chain.pay(chain.theirs, placed);
    await eventuallyCounting(async () => {
      const shown = own.filter(({ stream }) => stream.events.length > 0);
      expect([...new Set(shown.map(({ operation }) => operation.name))]).toEqual(
        expect.arrayContaining(STIRRED),
      );
    });
    await new Promise((resolve) => setTimeout(resolve, STREAM_MILLISECONDS));
    const stirred = await privateRows(chain);
    for (const { stream } of [...own, ...foreign]) stream.close();
    const foreignOf = memoised((identity: Identity) => foreignValues(identity, stirred));
    const leaks = foreign.flatMap(({ caller, operation, stream }) =>
      leaksIn(JSON.stringify(stream), operation, foreignOf(caller ?? NOBODY)),
    );
    expect(leaks).toEqual([]);
  });
});

/** Of what is theirs, once it has settled; no test of mutations changes it. */
let before: Record<string, string> | undefined;

describe.each(['none', ...FILTERS])('with the filter %s removed', (filter) => {
  beforeAll(() => {
    removed.filter = filter;
  });
  afterAll(() => {
    removed.filter = '';
  });

  it('no field, argument or entity shows another tenant what is not theirs', async () => {
    const leaks = await Promise.all(
      callers().map(async ([who, identity]) => (await leaksTo(identity)).map((leak) => `to ${who}: ${leak}`)),
    );
    expect(leaks.flat()).toEqual([]);
  });

  it('no mutation changes or shows what is another tenant’s', async () => {
    before ??= await settledDigest();
    const leaks = await Promise.all(
      callers().map(async ([who, identity]) =>
        (await leaksByMutations(identity)).map((leak) => `to ${who}: ${leak}`),
      ),
    );
    expect(leaks.flat()).toEqual([]);
    expect(await digestOf(chain, chain.theirs)).toEqual(before);
  });
});

describe.each(['none', ...FILTERS])('with the filter %s removed', (filter) => {
  beforeAll(() => {
    removed.filter = filter;
  });
  afterAll(() => {
    removed.filter = '';
  });

  it('no subscription shows another tenant what is not theirs', async () => {
    const { guest, owner } = chain.theirs;
    const placed = await chain.place(chain.theirs);
    const { orderId } = placed;
    const own = [
      ...(await watch(orderId, 'their guest', guest)),
      ...(await watch(orderId, 'their owner', owner)),
    ];
    const foreign = (
      await Promise.all(callers().map(([who, identity]) => watch(orderId, who, identity)))
    ).flat();
    await stirTheirs(placed, own);
    const stirred = await privateRows(chain);
    for (const { stop } of [...own, ...foreign]) stop();
    const foreignOf = memoised((identity: Identity) => foreignValues(identity, stirred));
    const leaks = foreign.flatMap(({ who, identity, operation, shown }) =>
      leaksIn(shown.join(), operation, foreignOf(identity)).map((leak) => `to ${who}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });
});

async function leaksByMutations(identity: Identity): Promise<string[]> {
  const foreign = foreignTo(identity);
  const leaks: string[] = [];
  for (const [name, { subgraph, variables }] of Object.entries(attempts())) {
    const { schema } = chain.subgraphs[subgraph];
    const source = mutationOperation(schema, name, argumentsFor(chain.theirs));
    const answer = await chain.run(subgraph, identity, source, variables);
    leaks.push(...leaksIn(JSON.stringify(answer), { name, source, variables }, foreign));
  }
  return leaks;
}

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
