import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { codesOf, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { BUDI, HQ, makeGuest, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;
beforeAll(async () => {
  customer = await startTestCustomer();
  await makeGuest(customer, RINA);
});
afterAll(() => customer.stop());

const SET = `mutation ($input: SetAnalyticsConsentInput!) { setAnalyticsConsent(input: $input) {
  customer { analyticsConsent { isGranted changedAt notice } } userErrors { code field } } }`;
const set = (identity: Identity, isGranted: boolean, notice?: string | null) =>
  customer.run(identity, SET, { input: { isGranted, ...(notice !== undefined && { notice }) } });
const consentOf = (reader: Identity, id: string) =>
  customer.run(
    reader,
    'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Customer { name analyticsConsent { isGranted changedAt notice } } } }',
    { all: [{ __typename: 'Customer', id }] },
  );

async function published(): Promise<object[]> {
  const { rows } = await customer.pool.query<{ type: string; data: object }>(
    `SELECT type, aggregate_version AS version, data FROM outbox
     WHERE type = 'customer.analytics-consent-changed' OR data ->> 'action' = 'setAnalyticsConsent' ORDER BY id`,
  );
  return rows;
}

it('is off until it is granted, with the text that was shown', async () => {
  expect(await consentOf(RINA, RINA.customerId)).toMatchObject({
    data: { _entities: [{ analyticsConsent: { isGranted: false, changedAt: null, notice: null } }] },
  });
  expect(await set(RINA, false)).toMatchObject({ data: { setAnalyticsConsent: { userErrors: [] } } });
  for (const notice of [undefined, null, '', 'x'.repeat(101)]) {
    expect(await set(RINA, true, notice)).toMatchObject({
      data: {
        setAnalyticsConsent: { customer: null, userErrors: [{ code: 'INVALID_INPUT', field: ['notice'] }] },
      },
    });
  }
  expect(await published()).toEqual([]);
  expect(codesOf(await set(ANONYMOUS, true, 'analytics-2026-11'))).toEqual(['UNAUTHENTICATED']);
});

it('is granted and withdrawn by the person, with its proof, an event and a record of the change', async () => {
  const granted = { isGranted: true, changedAt: expect.any(String), notice: 'analytics-2026-11' };
  for (const _again of [1, 2]) {
    expect(await set(RINA, true, ' analytics-2026-11 ')).toMatchObject({
      data: { setAnalyticsConsent: { customer: { analyticsConsent: granted }, userErrors: [] } },
    });
  }
  await set(RINA, false, 'ignored');
  const record = { entity: { type: 'Customer', id: RINA.customerId }, actorId: RINA.customerId };
  const of = (isGranted: boolean) => ({ customerId: RINA.customerId, isGranted, at: expect.any(String) });
  expect(await published()).toMatchObject([
    { type: 'customer.analytics-consent-changed', version: 1, data: of(true) },
    {
      type: 'change.recorded',
      data: { ...record, before: { isGranted: false }, after: { isGranted: true } },
    },
    { type: 'customer.analytics-consent-changed', version: 2, data: of(false) },
    {
      type: 'change.recorded',
      data: { ...record, before: { isGranted: true }, after: { isGranted: false } },
    },
  ]);
});

it('is shown to the person and head office, and whole in the export of the account', async () => {
  const off = { isGranted: false, changedAt: expect.any(String), notice: null };
  for (const reader of [RINA, HQ]) {
    expect(await consentOf(reader, RINA.customerId)).toMatchObject({
      data: { _entities: [{ analyticsConsent: off }] },
    });
  }
  for (const reader of [SARI, BUDI]) {
    const answer = await consentOf(reader, RINA.customerId);
    expect(answer).toMatchObject({
      data: { _entities: [{ name: 'Rina Wulandari', analyticsConsent: null }] },
    });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  }
  const { data } = await customer.run(
    RINA,
    'query ($all: [_Any!]!) { _entities(representations: $all) { ... on AccountExport { accountRecords(first: 100) { nodes { table data } } } } }',
    { all: [{ __typename: 'AccountExport', id: RINA.customerId }] },
  );
  const text = JSON.stringify(data);
  expect(text.match(/"analytics_consent"/g)).toHaveLength(2);
  expect(text).toContain('analytics-2026-11');
});
