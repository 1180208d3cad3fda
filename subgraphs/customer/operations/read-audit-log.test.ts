/** The audit trail: what is recorded of a change, and who may read it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codesOf, enveloped, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { BUDI, DEWI, HQ, RINA, SARI, startTestCustomer } from '../testing/harness.js';

const CONSUMER = 'customer.audit-trail';
const LOG = `query ($scope: SalesScopeInput, $actorId: ID, $entityId: ID, $action: String, $from: DateTime, $to: DateTime,
    $first: Int, $after: String, $last: Int, $before: String) {
  auditLog(scope: $scope, actorId: $actorId, entityId: $entityId, action: $action, from: $from, to: $to,
    first: $first, after: $after, last: $last, before: $before) {
    nodes { at actor { id name } action entity entityType before after outlet { id } franchiseId address userAgent }
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

type Recorded = EventData['change.recorded'];

const outlet = CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID);
const franchiseId = outlet?.franchiseId ?? '';
const ofFranchise = CATALOGUE.outlets.find((one) => one.franchiseId === franchiseId && one.id !== outlet?.id);
const foreign = CATALOGUE.outlets.find((one) => one.franchiseId !== franchiseId);

const changes = {
  atOutlet: { action: 'refundPayment', franchiseId, outletId: STAFFED_OUTLET_ID },
  atSister: { action: 'setOutletPrice', franchiseId, outletId: ofFranchise?.id ?? '' },
  ofFranchise: { action: 'createOutlet', franchiseId, outletId: null },
  elsewhere: {
    action: 'refundPayment',
    franchiseId: foreign?.franchiseId ?? '',
    outletId: foreign?.id ?? '',
  },
  ofChain: { action: 'createIngredient', franchiseId: null, outletId: null },
} as const;
const EVERYTHING = Object.keys(changes).length;

const entityIds = new Map<string, string>();
const occurredAt = new Map<string, string>();
let customer: TestSubgraph;

function record(data: Partial<Recorded>): AnyEvent {
  return enveloped({
    type: 'change.recorded',
    aggregateId: newId(),
    aggregateVersion: 1,
    data: {
      ...{ action: 'refundPayment', actorId: BUDI.customerId, franchiseId: null, outletId: null },
      entity: { type: 'Payment', id: newId() },
      before: { refunded: 0 },
      after: { refunded: 18_000, reason: 'Spilt' },
      origin: { address: '203.0.113.7', userAgent: 'Kedai till' },
      ...data,
    },
  });
}

beforeAll(async () => {
  customer = await startTestCustomer();
  for (const [name, place] of Object.entries(changes)) {
    const entity = { type: 'Payment', id: newId() };
    const event = record({ ...place, entity });
    await customer.deliver(CONSUMER, event);
    await customer.deliver(CONSUMER, event);
    await eventually(async () => expect(await countOf(entity.id)).toBe(1));
    entityIds.set(name, entity.id);
    occurredAt.set(name, event.occurredAt);
  }
});
afterAll(() => customer.stop());

async function countOf(entityId: string): Promise<number> {
  const { rows } = await customer.pool.query('SELECT FROM audit_entry WHERE entity_id = $1', [entityId]);
  return rows.length;
}

interface Log {
  readonly nodes: readonly (Record<string, unknown> & { readonly entity: string })[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function logOf(identity: Identity, search: Record<string, unknown> = {}): Promise<Log> {
  const result = await customer.run(identity, LOG, search);
  expect(result.errors).toBeUndefined();
  const data: { auditLog: Log } = JSON.parse(JSON.stringify(result.data));
  return data.auditLog;
}

/** The names of the changes found, newest first. */
async function found(identity: Identity, search: Record<string, unknown> = {}): Promise<string[]> {
  const { nodes, totalCount } = await logOf(identity, search);
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ entity }) => [...entityIds].find(([, id]) => id === entity)?.[0] ?? entity);
}

describe('an entry', () => {
  it('says who did what to what, from where, when, before and after, once however often it was delivered', async () => {
    const { nodes } = await logOf(HQ, { entityId: entityIds.get('atOutlet') });
    expect(nodes).toEqual([
      {
        at: occurredAt.get('atOutlet'),
        actor: { id: BUDI.customerId, name: 'Budi Santoso' },
        action: 'refundPayment',
        entity: entityIds.get('atOutlet'),
        entityType: 'Payment',
        before: { refunded: 0 },
        after: { refunded: 18_000, reason: 'Spilt' },
        outlet: { id: STAFFED_OUTLET_ID },
        franchiseId,
        address: '203.0.113.7',
        userAgent: 'Kedai till',
      },
    ]);
  });

  it('names its actor as they are called when it is read, and nobody once the account is gone', async () => {
    const entity = { type: 'Payment', id: newId() };
    await customer.deliver(
      CONSUMER,
      record({ entity, actorId: newId(), before: null, after: null, origin: null }),
    );
    await eventually(async () => {
      expect((await logOf(HQ, { entityId: entity.id })).nodes).toMatchObject([
        {
          actor: null,
          before: null,
          after: null,
          address: null,
          userAgent: null,
          franchiseId: null,
          outlet: null,
        },
      ]);
    });
    entityIds.set('byNobody', entity.id);
  });

  it('is never changed, deleted or truncated', async () => {
    for (const statement of [
      "UPDATE audit_entry SET action = 'nothing'",
      'DELETE FROM audit_entry',
      'TRUNCATE audit_entry',
    ]) {
      await expect(customer.pool.query(statement)).rejects.toThrow(/never changed/);
    }
  });
});

describe('who may read', () => {
  it('is head office all, an owner their franchise, a manager their outlet, newest first', async () => {
    expect(await found(HQ)).toEqual([
      'byNobody',
      'ofChain',
      'elsewhere',
      'ofFranchise',
      'atSister',
      'atOutlet',
    ]);
    expect(await found(DEWI)).toEqual(['ofFranchise', 'atSister', 'atOutlet']);
    expect(await found(BUDI)).toEqual(['atOutlet']);
  });

  it('is no barista, no guest and no visitor', async () => {
    for (const [identity, code] of [
      [SARI, 'FORBIDDEN'],
      [RINA, 'FORBIDDEN'],
      [ANONYMOUS, 'UNAUTHENTICATED'],
    ] as const) {
      const result = await customer.run(identity, LOG);
      expect([result.data, codesOf(result)]).toEqual([{ auditLog: null }, [code]]);
    }
  });

  it('is bound to places of their own: what lies elsewhere looks like what does not exist', async () => {
    expect(await found(DEWI, { scope: { outletId: STAFFED_OUTLET_ID } })).toEqual(['atOutlet']);
    expect(await found(DEWI, { scope: { franchiseId } })).toEqual(['ofFranchise', 'atSister', 'atOutlet']);
    expect(await found(HQ, { scope: { franchiseId: foreign?.franchiseId } })).toEqual(['elsewhere']);
    for (const [identity, scope] of [
      [BUDI, { outletId: ofFranchise?.id }],
      [BUDI, { franchiseId }],
      [BUDI, { outletId: STAFFED_OUTLET_ID, franchiseId: foreign?.franchiseId }],
      [DEWI, { outletId: foreign?.id }],
      [DEWI, { franchiseId: foreign?.franchiseId }],
      [DEWI, { outletId: '01890000-0000-7000-8000-000000000000' }],
      [DEWI, { franchiseId: 'no id' }],
    ] as const) {
      expect(codesOf(await customer.run(identity, LOG, { scope }))).toEqual(['NOT_FOUND']);
    }
    expect(await found(BUDI, { entityId: entityIds.get('elsewhere') })).toEqual([]);
    expect(await found(BUDI, { entityId: newId() })).toEqual([]);
  });
});

describe('a search', () => {
  it('finds by person, thing and action', async () => {
    expect(await found(HQ, { action: 'refundPayment', actorId: BUDI.customerId })).toEqual([
      'elsewhere',
      'atOutlet',
    ]);
    expect(await found(HQ, { actorId: DEWI.customerId })).toEqual([]);
    expect(await found(HQ, { actorId: 'no id' })).toEqual([]);
    expect(await found(HQ, { action: 'a\u0000b' })).toEqual([]);
    expect(await found(HQ, { entityId: entityIds.get('ofChain') })).toEqual(['ofChain']);
  });

  it('finds by time, both ends included', async () => {
    const at = (name: string) => occurredAt.get(name);
    expect(await found(HQ, { from: at('atSister'), to: at('elsewhere') })).toEqual([
      'elsewhere',
      'ofFranchise',
      'atSister',
    ]);
    expect(await found(HQ, { to: at('atOutlet') })).toEqual(['atOutlet']);
    expect(await found(HQ, { to: '0000-01-01T00:00:00.000Z' })).toEqual([]);
    const backwards = { from: at('elsewhere'), to: at('atOutlet') };
    expect(codesOf(await customer.run(HQ, LOG, backwards))).toEqual(['BAD_USER_INPUT']);
  });

  it('comes in pages from either end', async () => {
    const search = { actorId: BUDI.customerId };
    const first = await logOf(HQ, { ...search, first: 2 });
    expect([first.nodes.length, first.totalCount, first.pageInfo.hasNextPage]).toEqual([2, EVERYTHING, true]);
    const rest = await logOf(HQ, { ...search, first: 10, after: first.pageInfo.endCursor });
    expect(rest.nodes).toHaveLength(EVERYTHING - 2);
    const last = await logOf(HQ, { ...search, last: 1 });
    expect(last.nodes[0]?.entity).toBe(entityIds.get('atOutlet'));
    expect(codesOf(await customer.run(HQ, LOG, { first: 101 }))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a role', () => {
  it('that is granted or revoked is recorded once, and one that changes nothing is not', async () => {
    const role = { email: 'rina@kedai.test', role: 'BARISTA', outletId: STAFFED_OUTLET_ID };
    const change = (field: 'grantRole' | 'revokeRole', type: string) =>
      customer.run(HQ, `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`, {
        input: role,
      });
    await change('grantRole', 'GrantRoleInput');
    await change('grantRole', 'GrantRoleInput');
    await change('revokeRole', 'RevokeRoleInput');
    await change('revokeRole', 'RevokeRoleInput');
    await eventually(async () => {
      const { nodes } = await logOf(HQ, { entityId: RINA.customerId });
      const held = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID, franchiseId };
      expect(nodes).toMatchObject([
        { action: 'revokeRole', actor: { id: HQ.customerId }, before: held, after: null },
        { action: 'grantRole', actor: { id: HQ.customerId }, before: null, after: held },
      ]);
      expect(nodes).toHaveLength(2);
    });
  });
});
