/** What Midtrans alone has: order ids that it takes once, card payments that are captured first and settled later. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../platform/ids.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startMidtransSimulator } from '../../simulators/midtrans.js';
import type { Simulator } from '../../simulators/simulator.js';
import { type CallbackListener, listenForCallbacks } from '../../testing/callback-listener.js';
import { type JsonApi, jsonApi } from '../json-api.js';
import { ProviderUnavailable, type RefundRequest } from '../provider.js';
import { midtrans } from './midtrans.js';

const SECRET = 'secret-of-the-simulator';

it('has a charge whose order id it has used, even while it does not show it', async () => {
  const listener = await listenForCallbacks();
  const simulator = await startMidtransSimulator({ port: 0, notifyUrl: listener.url, serverKey: SECRET });
  const api = jsonApi({ provider: 'Midtrans', baseUrl: simulator.url, user: SECRET });
  const hidden = { status: 404, body: { status_code: '404' } };
  const provider = midtrans({
    serverKey: SECRET,
    api: (call) => (call.path.endsWith('/status') ? Promise.resolve(hidden) : api(call)),
  });
  const request = { paymentId: newId(), method: 'GOPAY', amount: 42_000, channel: {} } as const;
  await provider.charge(request);
  await expect(provider.charge(request)).rejects.toThrow(ProviderUnavailable);
  await simulator.stop();
  await listener.stop();
});

it.each([
  ['chargeback', []],
  ['partial_chargeback', []],
  ['refund', [{ transactionId: '1', key: null, amount: 42_000 }]],
])('of a transaction in %s lists what was refunded, and no chargeback', async (status, listed) => {
  const transaction = {
    status_code: '200',
    transaction_id: newId(),
    order_id: newId(),
    gross_amount: '42000.00',
    transaction_status: status,
    refunds: [{ refund_chargeback_id: 1, refund_amount: '42000.00' }],
  };
  const provider = midtrans({
    serverKey: SECRET,
    api: () => Promise.resolve({ status: 200, body: transaction }),
  });
  const charge = { paymentId: transaction.order_id, method: 'CARD', transactionId: newId() } as const;
  expect(await provider.findRefunds(charge)).toMatchObject(listed);
});

describe('a card payment that Midtrans has captured and not settled', () => {
  let listener: CallbackListener;
  let simulator: Simulator;
  let api: JsonApi;

  beforeEach(async () => {
    listener = await listenForCallbacks();
    simulator = await startMidtransSimulator({ port: 0, notifyUrl: listener.url, serverKey: SECRET });
    simulator.fail({ holdsSettlements: true });
    api = jsonApi({ provider: 'Midtrans', baseUrl: simulator.url, user: SECRET });
  });

  afterEach(async () => {
    await simulator.stop();
    await listener.stop();
  });

  const providerWith = (calls: JsonApi) => midtrans({ serverKey: SECRET, api: calls });

  async function untilStatus(paymentId: string, status: string): Promise<void> {
    await eventually(async () => {
      const { body } = await api({ method: 'GET', path: `/v2/${paymentId}/status` });
      expect(body).toMatchObject({ transaction_status: status });
    });
  }

  async function captured(): Promise<RefundRequest> {
    const paymentId = newId();
    const provider = providerWith(api);
    const charge = await provider.charge({ paymentId, method: 'CARD', amount: 42_000, channel: {} });
    await untilStatus(paymentId, 'capture');
    return {
      refundId: newId(),
      paymentId,
      method: 'CARD',
      chargeId: charge.transactionId,
      transactionId: null,
      amount: 42_000,
      isWhole: true,
    };
  }

  it('is cancelled when all of it goes back, once', async () => {
    const request = await captured();
    const provider = providerWith(api);
    expect(await provider.refund(request)).toMatchObject({ status: 'SUCCEEDED' });
    await untilStatus(request.paymentId, 'cancel');
    expect(await provider.refund(request)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('has to be settled before a part of it goes back', async () => {
    const request = { ...(await captured()), amount: 2_000, isWhole: false };
    const provider = providerWith(api);
    await expect(provider.refund(request)).rejects.toThrow(ProviderUnavailable);
    simulator.fail({});
    await untilStatus(request.paymentId, 'settlement');
    expect(await provider.refund(request)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('has its refund repeated when it is settled while the request is on its way', async () => {
    const request = await captured();
    const provider = providerWith(async (call) => {
      const answer = await api(call);
      if (call.path.endsWith('/refund')) {
        simulator.fail({});
        await untilStatus(request.paymentId, 'settlement');
      }
      return answer;
    });
    await expect(provider.refund(request)).rejects.toThrow(ProviderUnavailable);
    expect(await providerWith(api).refund(request)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
