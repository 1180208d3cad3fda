import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { upsertOutlet } from '../store/outlets.js';
import { customer, type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import { capturedPayment, payload, payOrder } from '../testing/requests.js';

const CHANGES = `subscription ($scope: SalesScopeInput, $after: String) {
  paymentsChanged(scope: $scope, after: $after) { payment { id status } version at cursor } }`;

const event = z.object({
  payment: z.object({ id: z.string(), status: z.string() }),
  version: z.number(),
  cursor: z.string().nullable(),
});

describe('the payments of a place, live', () => {
  let harness: PaymentHarness;
  const place = { outletId: newId(), franchiseId: newId() };
  const scope = { outletId: place.outletId };
  const barista = staff('BARISTA', { outletId: place.outletId });

  beforeAll(async () => {
    harness = await startPaymentHarness();
    const outlet = { name: 'Menteng', timeZone: 'Asia/Jakarta', version: 1 };
    await upsertOutlet(harness.database, { id: place.outletId, franchiseId: place.franchiseId, ...outlet });
  });
  afterAll(() => harness.stop());

  async function watch(identity: Identity, variables: Record<string, unknown> = { scope }) {
    const stream = await harness.subscribe(identity, CHANGES, variables);
    return {
      stop: () => stream.return?.(),
      async next() {
        const { value } = await stream.next();
        if (value.errors) throw new Error(JSON.stringify(value.errors));
        return event.parse(value.data?.paymentsChanged);
      },
    };
  }

  async function announceCash(): Promise<string> {
    const { orderId, customerId } = await harness.awaitingPayment(place);
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'CASH' }));
    return payment?.id ?? '';
  }

  const confirm = async (paymentId: string) => {
    const { errors } = await harness.run(
      barista,
      `mutation ($id: ID!) { confirmCashPayment(paymentId: $id) { userErrors { code } } }`,
      { id: paymentId },
    );
    expect(errors).toBeUndefined();
  };

  it('are those of the last day first, then each that is begun or changes, by rising versions', async () => {
    const known = await announceCash();
    const changes = await watch(barista);
    const first = await changes.next();
    expect(first.payment).toEqual({ id: known, status: 'PENDING' });
    await confirm(known);
    const paid = await changes.next();
    expect(paid.payment).toEqual({ id: known, status: 'PAID' });
    expect(paid.version).toBeGreaterThan(first.version);
    const begun = await announceCash();
    expect((await changes.next()).payment).toEqual({ id: begun, status: 'PENDING' });
    await changes.stop();
  });

  it('resume after a cursor with what changed since, and none of another outlet', async () => {
    const left = await announceCash();
    const changes = await watch(barista);
    let last = await changes.next();
    while (last.cursor === null) last = await changes.next();
    await changes.stop();
    await capturedPayment(harness, 'GOPAY');
    await confirm(left);
    const resumed = await watch(barista, { scope, after: last.cursor });
    expect((await resumed.next()).payment).toEqual({ id: left, status: 'PAID' });
    const begun = await announceCash();
    expect((await resumed.next()).payment.id).toBe(begun);
    await resumed.stop();
  });

  it('are for staff of the place alone', async () => {
    const elsewhere = staff('MANAGER', { outletId: newId() });
    for (const [identity, code] of [
      [elsewhere, 'NOT_FOUND'],
      [customer(newId()), 'FORBIDDEN'],
    ] as const)
      await expect(harness.subscribe(identity, CHANGES, { scope })).rejects.toThrow(code);
    await expect(
      harness.subscribe(barista, CHANGES, { scope: { franchiseId: place.franchiseId } }),
    ).rejects.toThrow('NOT_FOUND');
  });
});
