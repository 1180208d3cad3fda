/** Every mutation that is not a guest's own makes exactly one entry of the audit trail; a guest's own makes none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { startDemoSystem } from '../../support/demo-system.js';
import type { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import type { WholeSystem } from '../../support/whole-system.js';
import { GUESTS_OWN } from './guests-own.js';
import type { ExpectedEntry } from './probes/probe.js';
import { PROBES } from './probes.js';
import { ShopFloor } from './shop-floor.js';

const ADDRESS = '203.0.113.7';

interface Entry {
  readonly at: string;
  readonly actor: { readonly name: string } | null;
  readonly action: string;
  readonly entity: string;
  readonly entityType: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly outlet: { readonly id: string; readonly name: string } | null;
  readonly franchiseId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
}

let system: WholeSystem;
let floor: ShopFloor;

beforeAll(async () => {
  system = await startDemoSystem({
    ...{ RATE_LIMIT: 'off', TRUSTED_PROXIES: '1', WEBHOOKS_PRIVATE_ADDRESSES: 'on' },
  });
  floor = await ShopFloor.open(system.url, system.mqttUrl);
});
afterAll(() => system?.stop());

/** The same person by another client, so that entries can be matched to requests by the user agent. */
function at(frontEnd: FrontEnd, client: string): FrontEnd {
  return frontEnd.with({ 'user-agent': client, 'x-forwarded-for': ADDRESS });
}

async function entriesFor(reader: FrontEnd, search: object): Promise<Entry[]> {
  const { auditLog } = await reader.execute<{ auditLog: { nodes: Entry[] } }>(
    `query ($entityId: ID, $action: String, $actorId: ID) {
       auditLog(entityId: $entityId, action: $action, actorId: $actorId, first: 100) {
         nodes { at actor { name } action entity entityType before after outlet { id name } franchiseId address userAgent } } }`,
    search,
  );
  return auditLog.nodes;
}

/** Every entry there is. */
async function allEntries(): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | null = '';
  while (after !== null) {
    const { auditLog }: AllEntries = await floor.people.hq.execute(
      `query ($after: String) { auditLog(first: 100, after: $after) {
         nodes { at actor { name } action entity entityType before after outlet { id name } franchiseId address userAgent }
         pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    entries.push(...auditLog.nodes);
    after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null;
  }
  return entries;
}

interface AllEntries {
  readonly auditLog: {
    readonly nodes: Entry[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

function mutationsOfSupergraph(): string[] {
  const { definitions } = parse(readFileSync(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8'));
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  );
}

const CLIENT_OF_GUEST = 'guest';
const probed = new Map<string, ExpectedEntry>();

describe('the audit trail', () => {
  it('has a probe for every mutation that is not a guest’s own', () => {
    const known = [...Object.keys(GUESTS_OWN), ...Object.keys(PROBES)];
    expect(known.toSorted()).toEqual(mutationsOfSupergraph().toSorted());
  });

  it.each(Object.entries(PROBES))('has one entry of %s', async (action, { by, execute }) => {
    const expected = await execute(floor, at(floor.people[by], action));
    const { outletId, ...fields } = expected;
    const { me } = await floor.people[by].execute<{ me: { name: string } }>('{ me { name } }');
    await eventually(async () => {
      const entries = await entriesFor(floor.people.hq, { entityId: expected.entity, action });
      expect(entries.filter(({ userAgent }) => userAgent === action)).toEqual([
        {
          ...fields,
          ...{ at: expect.any(String), actor: me, action, address: ADDRESS, userAgent: action },
          outlet: outletId === null ? null : { id: outletId, name: expect.any(String) },
        },
      ]);
    });
    probed.set(action, expected);
  });

  it('has no entry of what was refused, nor of what changes nothing', async () => {
    const refused = at(floor.people.sari, 'refused');
    const { id: orderId } = await floor.awaitingPayment();
    expect(
      await refused.codes('mutation ($orderId: ID!) { cancelOrder(orderId: $orderId) { order { id } } }', {
        orderId,
      }),
    ).toEqual(['FORBIDDEN']);
    const { startPreparing } = await refused.execute<{ startPreparing: { userErrors: object[] } }>(
      'mutation ($orderId: ID!) { startPreparing(orderId: $orderId) { userErrors { code } } }',
      { orderId },
    );
    expect(startPreparing.userErrors).toEqual([{ code: 'INVALID_STATE' }]);
    const stockItemId = await floor.stockItem('COUNT', 7);
    const unchanged = at(floor.people.budi, 'unchanged');
    await floor.execute(unchanged, 'updateStockItem', { input: { stockItemId, reorderPoint: 5 } });
  });

  it('has no entry of what a guest does for themselves', async () => {
    const rina = at(floor.people.rina, CLIENT_OF_GUEST);
    const { outletId, drinkId: menuItemId } = floor;
    await floor.execute(rina, 'updateProfile', { input: { name: 'Rina Wulandari' } });
    await floor.execute(rina, 'addToCart', { input: { outletId, menuItemId } });
    const { order } = await floor.execute<{ order: { id: string } }>(
      rina,
      'checkout',
      { input: { outletId, idempotencyKey: newId() } },
      'order { id }',
    );
    await eventually(async () => {
      const payload = await rina.execute<{ payOrder: { userErrors: object[] } }>(
        'mutation ($input: PayOrderInput!) { payOrder(input: $input) { userErrors { code } } }',
        { input: { orderId: order.id, method: 'CASH', idempotencyKey: newId() } },
      );
      expect(payload.payOrder.userErrors).toEqual([]);
    });
    await floor.execute(rina, 'cancelOrder', { orderId: order.id, reason: 'Changed my mind' });
  });

  it('is read by managers for their outlet, by owners for their franchise, and names who acted', async () => {
    const { budi, dewi, sari } = floor.people;
    const ofChain = probed.get('createIngredient')?.entity;
    const ofFranchise = probed.get('revokeRole')?.entity;
    const ofOutlet = probed.get('adjustStock')?.entity;
    expect(await entriesFor(budi, { entityId: ofChain })).toEqual([]);
    expect(await entriesFor(dewi, { entityId: ofChain })).toEqual([]);
    expect(await entriesFor(dewi, { entityId: ofFranchise, action: 'revokeRole' })).not.toEqual([]);
    expect(await entriesFor(budi, { entityId: ofOutlet, action: 'adjustStock' })).toMatchObject([
      { actor: { name: 'Budi Santoso' } },
    ]);
    expect(await sari.codes('{ auditLog { nodes { id } } }')).toEqual(['FORBIDDEN']);
  });

  it('has nothing else of all this, and no secret', async () => {
    // The last change is there, so those before it are.
    const { id } = await floor.openedDispute();
    await eventually(async () => {
      expect(await entriesFor(floor.people.hq, { entityId: id })).toHaveLength(1);
    });
    const entries = await allEntries();
    const clients = [...Object.keys(PROBES), 'refused', 'unchanged', CLIENT_OF_GUEST];
    const counted = clients.map((client) => [
      client,
      entries.filter(({ userAgent }) => userAgent === client).length,
    ]);
    expect(Object.fromEntries(counted)).toEqual({
      ...Object.fromEntries(Object.keys(PROBES).map((action) => [action, 1])),
      ...{ refused: 0, unchanged: 0, [CLIENT_OF_GUEST]: 0 },
    });
    const values = JSON.stringify(entries.map(({ before, after }) => [before, after]));
    expect(values).not.toMatch(/token(?!Issued)|secret|password|hash|channel|@kedai\.test/i);
  });
});
