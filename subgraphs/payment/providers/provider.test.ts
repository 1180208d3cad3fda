import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import type { OnlineMethod } from '../domain/methods.js';
import { TRIAL_AMOUNTS } from '../simulators/faults.js';
import { startMidtransSimulator } from '../simulators/midtrans.js';
import type { Simulator } from '../simulators/simulator.js';
import { startXenditSimulator } from '../simulators/xendit.js';
import { type CallbackListener, listenForCallbacks } from '../testing/callback-listener.js';
import { jsonApi } from './json-api.js';
import { midtrans } from './midtrans/midtrans.js';
import {
  type Charge,
  ForgedCallback,
  type PaymentProvider,
  type ProviderRefund,
  ProviderRefusal,
  ProviderUnavailable,
  type RefundRequest,
} from './provider.js';
import type { ResilienceOptions } from './resilience.js';
import { xendit } from './xendit/xendit.js';

interface Subject {
  readonly name: string;
  readonly methods: readonly OnlineMethod[];
  startSimulator(notifyUrl: string, stateFile?: string): Promise<Simulator>;
  open(baseUrl: string, secret: string, resilience?: ResilienceOptions): PaymentProvider;
}

const SECRET = 'secret-of-the-simulator';
const TOKEN = 'token-of-the-callbacks';

const SUBJECTS: readonly Subject[] = [
  {
    name: 'Midtrans',
    methods: ['CARD', 'GOPAY', 'QRIS'],
    startSimulator: (notifyUrl) => startMidtransSimulator({ port: 0, notifyUrl, serverKey: SECRET }),
    open: (baseUrl, secret, resilience) =>
      midtrans({
        serverKey: secret,
        api: jsonApi({ ...resilience, provider: 'Midtrans', baseUrl, user: secret }),
      }),
  },
  {
    name: 'Xendit',
    methods: ['OVO', 'DANA', 'QRIS'],
    startSimulator: (notifyUrl) =>
      startXenditSimulator({ port: 0, notifyUrl, secretKey: SECRET, callbackToken: TOKEN }),
    open: (baseUrl, secret, resilience) =>
      xendit({
        callbackToken: secret === SECRET ? TOKEN : secret,
        returnUrl: 'http://localhost:4000/',
        api: jsonApi({ ...resilience, provider: 'Xendit', baseUrl, user: secret }),
      }),
  },
];

describe.each(SUBJECTS)('the provider $name', ({ methods, startSimulator, open }) => {
  let listener: CallbackListener;
  let simulator: Simulator;
  let provider: PaymentProvider;

  beforeEach(async () => {
    listener = await listenForCallbacks();
    simulator = await startSimulator(listener.url);
    provider = open(simulator.url, SECRET);
  });

  afterEach(async () => {
    await simulator.stop();
    await listener.stop();
  });

  function charge(method: OnlineMethod, amount = 42_000, paymentId = newId()): Promise<Charge> {
    return provider.charge({ paymentId, method, amount, channel: {} });
  }

  async function chargeUntil(
    status: Charge['status'],
    amount = 42_000,
  ): Promise<Charge & { paymentId: string }> {
    const paymentId = newId();
    const { transactionId } = await charge(anyMethod(), amount, paymentId);
    return eventually(async () => {
      const found = await provider.findCharge({ paymentId, method: anyMethod(), transactionId });
      expect(found?.status).toBe(status);
      if (!found) throw new Error('The charge is gone');
      return { ...found, paymentId };
    });
  }

  function anyMethod(): OnlineMethod {
    const [method] = methods;
    if (!method) throw new Error('A provider has a method');
    return method;
  }

  function refundOf(paid: Charge & { paymentId: string }, amount: number): RefundRequest {
    return {
      refundId: newId(),
      paymentId: paid.paymentId,
      method: anyMethod(),
      chargeId: paid.transactionId,
      transactionId: null,
      amount,
      isWhole: amount === paid.amount,
    };
  }

  async function refundUntilSettled(request: RefundRequest): Promise<ProviderRefund> {
    let transactionId: string | null = null;
    return eventually(async () => {
      const refund = await provider.refund({ ...request, transactionId });
      transactionId = refund.transactionId;
      expect(refund.status).not.toBe('PENDING');
      return refund;
    });
  }

  it.each(methods)('charges by %s, pending at first and paid when the guest approves', async (method) => {
    const paymentId = newId();
    const pending = await charge(method, 42_000, paymentId);
    expect(pending).toMatchObject({ status: 'PENDING', amount: 42_000, failureReason: null });
    await eventually(async () => {
      const found = await provider.findCharge({ paymentId, method, transactionId: pending.transactionId });
      expect(found).toMatchObject({ status: 'PAID', amount: 42_000, transactionId: pending.transactionId });
    });
  });

  it('makes one charge of a payment, however often it is requested', async () => {
    const paymentId = newId();
    const charges = await Promise.all([1, 2, 3].map(() => charge(anyMethod(), 42_000, paymentId)));
    expect(new Set(charges.map(({ transactionId }) => transactionId)).size).toBe(1);
  });

  it('says why a charge was declined', async () => {
    simulator.fail({ declineAmounts: [13_000] });
    const declined = await chargeUntil('FAILED', 13_000);
    expect(declined.failureReason).not.toBeNull();
  });

  it('shows the fault of a total that is made for trying it', async () => {
    expect(await chargeUntil('FAILED', TRIAL_AMOUNTS.declined)).toMatchObject({ status: 'FAILED' });
    const unanswered = await charge(anyMethod(), TRIAL_AMOUNTS.unanswered);
    await expect(charge(anyMethod(), TRIAL_AMOUNTS.unavailable)).rejects.toThrow(ProviderUnavailable);
    const impatient = open(simulator.url, SECRET, { timeoutMilliseconds: 200 });
    const slow = { paymentId: newId(), method: anyMethod(), amount: TRIAL_AMOUNTS.slow, channel: {} };
    await expect(impatient.charge(slow)).rejects.toThrow(ProviderUnavailable);
    const { paymentId, transactionId } = unanswered;
    const reference = { paymentId, method: anyMethod(), transactionId };
    expect(await provider.findCharge(reference)).toMatchObject({ status: 'PENDING' });
  });

  it('finds no charge that was never made', async () => {
    for (const transactionId of ['unheard-of', null]) {
      const reference = { paymentId: newId(), method: anyMethod(), transactionId };
      expect(await provider.findCharge(reference)).toBeNull();
    }
  });

  it.each(methods)('finds a charge by %s by our id alone once it is paid', async (method) => {
    const { paymentId, transactionId } = await charge(method);
    await charge(method);
    await eventually(async () => {
      const found = await provider.findCharge({ paymentId, method, transactionId: null });
      expect(found).toMatchObject({ status: 'PAID', amount: 42_000, paymentId, transactionId });
    });
  });

  it('refuses a charge that it cannot read', async () => {
    await expect(charge(anyMethod(), -1)).rejects.toThrow(ProviderRefusal);
  });

  it('refuses a method that is not its own', async () => {
    const other: OnlineMethod = methods.includes('OVO') ? 'CARD' : 'OVO';
    await expect(charge(other)).rejects.toThrow(ProviderRefusal);
  });

  it('is unavailable with a key that it does not accept: that refuses no request', async () => {
    const paid = await chargeUntil('PAID');
    const stranger = open(simulator.url, 'a-key-of-last-year');
    const request = { paymentId: newId(), method: anyMethod(), amount: 42_000, channel: {} };
    await expect(stranger.charge(request)).rejects.toThrow(ProviderUnavailable);
    await expect(stranger.findCharge({ ...paid, method: anyMethod() })).rejects.toThrow(ProviderUnavailable);
    await expect(stranger.refund(refundOf(paid, 2_000))).rejects.toThrow(ProviderUnavailable);
    expect(await refundUntilSettled(refundOf(paid, 2_000))).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([401, 403, 429])(
    'is unavailable by the status %i: that refuses no request',
    async (answersWith) => {
      const paid = await chargeUntil('PAID');
      simulator.fail({ answersWith });
      await expect(charge(anyMethod())).rejects.toThrow(ProviderUnavailable);
      await expect(provider.findCharge({ ...paid, method: anyMethod() })).rejects.toThrow(
        ProviderUnavailable,
      );
      await expect(provider.refund(refundOf(paid, 2_000))).rejects.toThrow(ProviderUnavailable);
    },
  );

  it('gives back a part, then the rest, and nothing beyond', async () => {
    const paid = await chargeUntil('PAID');
    expect(await refundUntilSettled(refundOf(paid, 2_000))).toMatchObject({ status: 'SUCCEEDED' });
    await expect(provider.refund(refundOf(paid, 42_000))).rejects.toThrow(ProviderRefusal);
    expect(await refundUntilSettled(refundOf(paid, 40_000))).toMatchObject({ status: 'SUCCEEDED' });
    await expect(provider.refund(refundOf(paid, 1))).rejects.toThrow(ProviderRefusal);
  });

  it('makes one refund, however often it is requested', async () => {
    const paid = await chargeUntil('PAID');
    const request = refundOf(paid, 30_000);
    const refunds = [await refundUntilSettled(request), await refundUntilSettled(request)];
    expect(refunds).toEqual([
      expect.objectContaining({ status: 'SUCCEEDED' }),
      expect.objectContaining({ status: 'SUCCEEDED', transactionId: refunds[0]?.transactionId }),
    ]);
    expect(await refundUntilSettled(refundOf(paid, 12_000))).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('still has a charge PAID of which a part was given back', async () => {
    const paid = await chargeUntil('PAID');
    await refundUntilSettled(refundOf(paid, 2_000));
    const found = await provider.findCharge({ ...paid, method: anyMethod() });
    expect(found?.status).toBe('PAID');
  });

  it('calls back with what the adapter can read, and repeats it until it is accepted', async () => {
    listener.refuse(2);
    const paid = await chargeUntil('PAID');
    const [first, second, third] = await eventually(() => {
      expect(listener.callbacks.length).toBeGreaterThanOrEqual(3);
      return listener.callbacks.map((callback) => provider.readCallback(callback));
    });
    const { transactionId, paymentId } = paid;
    expect(first?.subject).toMatchObject({ concerns: 'CHARGE', transactionId, paymentId, amount: 42_000 });
    expect([second?.subject, third?.subject]).toEqual([first?.subject, first?.subject]);
  });

  it('lists the refunds of a charge, each with the key that it was requested by where it says so', async () => {
    const paid = await chargeUntil('PAID');
    const reference = { ...paid, method: anyMethod() };
    expect(await provider.findRefunds(reference)).toEqual([]);
    const request = refundOf(paid, 2_000);
    const { transactionId } = await refundUntilSettled(request);
    const listed = await provider.findRefunds(reference);
    expect(listed).toMatchObject([{ status: 'SUCCEEDED', amount: 2_000, transactionId }]);
    expect([request.refundId, null]).toContain(listed[0]?.key);
    simulator.fail({ isUnavailable: true });
    await expect(provider.findRefunds(reference)).rejects.toThrow(ProviderUnavailable);
  });

  it('calls back about a refund with what concerns refunds', async () => {
    const paid = await chargeUntil('PAID');
    await refundUntilSettled(refundOf(paid, 2_000));
    await eventually(() => {
      const subjects = listener.callbacks.map((callback) => provider.readCallback(callback).subject);
      expect(subjects).toContainEqual(
        expect.objectContaining({ concerns: 'REFUND', transactionId: paid.transactionId }),
      );
    });
  });

  it('has its test notification accepted as authentic', async () => {
    const answer = await fetch(`${simulator.url}/simulator/test-notification`, { method: 'POST' });
    expect(await answer.json()).toEqual({ status: 200 });
    expect(listener.callbacks.map((callback) => provider.readCallback(callback).event)).toHaveLength(1);
  });

  it('rejects a callback signed with another secret', async () => {
    await chargeUntil('PAID');
    const callback = await eventually(() => {
      const [first] = listener.callbacks;
      if (!first) throw new Error('Not called back yet');
      return first;
    });
    expect(() => open(simulator.url, 'another-secret').readCallback(callback)).toThrow(ForgedCallback);
  });

  it('is unavailable while it is down, and answers once it is back', async () => {
    provider = open(simulator.url, SECRET, { restMilliseconds: 50 });
    simulator.fail({ isUnavailable: true });
    await expect(charge(anyMethod())).rejects.toThrow(ProviderUnavailable);
    simulator.fail({});
    await expect(charge(anyMethod())).resolves.toMatchObject({ status: 'PENDING' });
  });

  it('times out on an answer that does not come', async () => {
    provider = open(simulator.url, SECRET, { timeoutMilliseconds: 50 });
    simulator.fail({ answerAfterMilliseconds: 60_000 });
    await expect(charge(anyMethod())).rejects.toThrow(ProviderUnavailable);
  });

  it('makes one charge where answers are lost on the way', async () => {
    simulator.fail({ losesAnswers: true });
    const paymentId = newId();
    await expect(charge(anyMethod(), 42_000, paymentId)).rejects.toThrow(ProviderUnavailable);
    simulator.fail({});
    const first = await charge(anyMethod(), 42_000, paymentId);
    const second = await charge(anyMethod(), 42_000, paymentId);
    expect(second.transactionId).toBe(first.transactionId);
  });

  it('is not called while its circuit is open', async () => {
    provider = open(simulator.url, SECRET, { restMilliseconds: 60_000 });
    simulator.fail({ isUnavailable: true });
    for (let attempt = 0; attempt < 8; attempt += 1) await charge(anyMethod()).catch(() => undefined);
    const callsBefore = simulator.calls();
    await expect(charge(anyMethod())).rejects.toThrow(ProviderUnavailable);
    expect(simulator.calls()).toBe(callsBefore);
  });

  it('has its calls in flight bounded', async () => {
    provider = open(simulator.url, SECRET, { concurrency: 1, timeoutMilliseconds: 1_000 });
    simulator.fail({ answerAfterMilliseconds: 50 });
    const charges = Array.from({ length: 12 }, () => charge(anyMethod()));
    const outcomes = await Promise.allSettled(charges);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
  });
});
