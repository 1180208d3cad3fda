import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/wait.js';
import { GUEST, type OrderHarness, STRANGER, startHarness } from '../testing/harness.js';

let unit: OrderHarness;
beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

const say = (customerId: string, isGranted: boolean, version: number) =>
  unit.deliver('order.analytics-consents', {
    ...{ type: 'customer.analytics-consent-changed', aggregateId: customerId, aggregateVersion: version },
    data: { customerId, isGranted, at: new Date().toISOString() },
  });
async function copies(): Promise<object[]> {
  const { rows } = await unit.pool.query(
    'SELECT customer_id AS id, is_granted AS granted, version FROM analytics_consent_copy ORDER BY version',
  );
  return rows;
}

it('has the newest answer of a member, whatever order they come in, and none of a deleted account', async () => {
  await say(GUEST.customerId, false, 2);
  await eventually(async () => expect(await copies()).toHaveLength(1));
  await say(GUEST.customerId, true, 1);
  await say(STRANGER.customerId, true, 3);
  await eventually(async () =>
    expect(await copies()).toEqual([
      { id: GUEST.customerId, granted: false, version: 2 },
      { id: STRANGER.customerId, granted: true, version: 3 },
    ]),
  );
  const { customerId } = STRANGER;
  await unit.deliver('order.erasure', {
    ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
  });
  await eventually(async () => expect(await copies()).toHaveLength(1));
  await say(customerId, true, 4);
  await say(GUEST.customerId, true, 5);
  await eventually(async () =>
    expect(await copies()).toEqual([{ id: GUEST.customerId, granted: true, version: 5 }]),
  );
});
