/** What Xendit alone has: charges and refunds that are looked up by ids of its own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../platform/ids.js';
import { eventually } from '../../../../tests/support/wait.js';
import type { OnlineMethod } from '../../domain/methods.js';
import type { Simulator } from '../../simulators/simulator.js';
import { startXenditSimulator } from '../../simulators/xendit.js';
import { jsonApi } from '../json-api.js';
import { type Charge, type PaymentProvider, ProviderUnavailable } from '../provider.js';
import { xendit } from './xendit.js';

const SECRET = 'secret-of-the-simulator';

describe.each(['DANA', 'QRIS'] as const)('a charge by %s that Xendit has', (method: OnlineMethod) => {
  let simulator: Simulator;
  let provider: PaymentProvider;
  let charge: Charge;

  beforeEach(async () => {
    const keys = { secretKey: SECRET, callbackToken: SECRET };
    simulator = await startXenditSimulator({ port: 0, notifyUrl: 'http://localhost:1/', ...keys });
    simulator.fail({ losesCallbacks: true });
    const api = jsonApi({ provider: 'Xendit', baseUrl: simulator.url, user: SECRET });
    provider = xendit({ api, callbackToken: SECRET, returnUrl: 'http://localhost:4000/' });
    charge = await provider.charge({ paymentId: newId(), method, amount: 42_000, channel: {} });
    await eventually(async () => {
      expect(await provider.findCharge({ ...charge, method })).toMatchObject({ status: 'PAID' });
    });
  });

  afterEach(() => simulator.stop());

  function refund(transactionId: string | null) {
    const { paymentId, transactionId: chargeId } = charge;
    const request = { refundId: newId(), paymentId, method, chargeId, amount: 42_000, isWhole: true };
    return provider.refund({ ...request, transactionId });
  }

  it('has all its refunds listed, however many pages they take', async () => {
    const amounts = Array.from({ length: 55 }, (_, index) => index + 1);
    const { paymentId, transactionId: chargeId } = charge;
    const requests = amounts.map((amount) => ({ refundId: newId(), amount }));
    for (const request of requests) {
      const reference = { paymentId, method, chargeId, transactionId: null, isWhole: false };
      await provider.refund({ ...request, ...reference });
    }
    const listed = await provider.findRefunds({ paymentId, method, transactionId: chargeId });
    expect(listed.map(({ amount }) => amount)).toEqual(amounts);
    const keys = requests.map(({ refundId }) => (method === 'QRIS' ? refundId : null));
    expect(listed.map(({ key }) => key)).toEqual(keys);
  });

  it.each([400, 404])('keeps its refund open after %i to a look-up', async (answersWith) => {
    const { transactionId } = await refund(null);
    simulator.fail({ answersWith });
    await expect(refund(transactionId)).rejects.toThrow(ProviderUnavailable);
  });

  it('is not refused by 400 to a look-up', async () => {
    simulator.fail({ answersWith: 400 });
    await expect(provider.findCharge({ ...charge, method })).rejects.toThrow(ProviderUnavailable);
  });

  it('has its refund decided later after 409: the key is in use', async () => {
    simulator.fail({ answersWith: 409 });
    await expect(refund(null)).rejects.toThrow(ProviderUnavailable);
  });
});
