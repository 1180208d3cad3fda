/** The simulators' own books, from their files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { jsonApi } from '../../../subgraphs/payment/providers/json-api.js';
import { midtrans } from '../../../subgraphs/payment/providers/midtrans/midtrans.js';
import { startMidtransSimulator } from '../../../subgraphs/payment/simulators/midtrans.js';
import type { Simulator } from '../../../subgraphs/payment/simulators/simulator.js';
import {
  type CallbackListener,
  listenForCallbacks,
} from '../../../subgraphs/payment/testing/callback-listener.js';
import { eventually } from '../../../tests/support/wait.js';
import { readProviderBooks } from './provider-books.js';

const SECRET = 'secret-of-the-simulator';

let folder: string;
let listener: CallbackListener;
let simulator: Simulator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-books-'));
  listener = await listenForCallbacks();
  simulator = await startMidtransSimulator({
    port: 0,
    notifyUrl: listener.url,
    serverKey: SECRET,
    stateFile: join(folder, 'midtrans-simulator.json'),
  });
});
afterEach(async () => {
  await simulator.stop();
  await listener.stop();
  await rm(folder, { recursive: true });
});

const provider = () =>
  midtrans({
    serverKey: SECRET,
    api: jsonApi({ provider: 'Midtrans', baseUrl: simulator.url, user: SECRET }),
  });

async function paidByCard(amount: number): Promise<{ paymentId: string; chargeId: string }> {
  const paymentId = newId();
  const { transactionId } = await provider().charge({ paymentId, method: 'CARD', amount, channel: {} });
  await eventually(async () => {
    const found = await provider().findCharge({ paymentId, method: 'CARD', transactionId });
    expect(found?.status).toBe('PAID');
  });
  return { paymentId, chargeId: transactionId };
}

const giveBack = (paid: { paymentId: string; chargeId: string }, amount: number, isWhole: boolean) =>
  provider().refund({ ...paid, refundId: newId(), method: 'CARD', transactionId: null, amount, isWhole });

it('counts a card payment cancelled before settlement as charged and refunded', async () => {
  simulator.fail({ holdsSettlements: true });
  const paid = await paidByCard(30_000);
  await giveBack(paid, 30_000, true);
  expect(await readProviderBooks(folder)).toEqual({
    charged: new Map([[paid.paymentId, 30_000]]),
    refunded: new Map([[paid.paymentId, 30_000]]),
  });
});

it('counts a settled payment as charged, and its refunds as refunded', async () => {
  const paid = await paidByCard(30_000);
  await eventually(() => giveBack(paid, 1_000, false));
  await giveBack(paid, 2_000, false);
  expect(await readProviderBooks(folder)).toEqual({
    charged: new Map([[paid.paymentId, 30_000]]),
    refunded: new Map([[paid.paymentId, 3_000]]),
  });
});

it('ignores a declined charge', async () => {
  simulator.fail({ declineAmounts: [13_000] });
  const paymentId = newId();
  const { transactionId } = await provider().charge({
    paymentId,
    method: 'CARD',
    amount: 13_000,
    channel: {},
  });
  await eventually(async () => {
    const found = await provider().findCharge({ paymentId, method: 'CARD', transactionId });
    expect(found?.status).toBe('FAILED');
  });
  expect(await readProviderBooks(folder)).toEqual({ charged: new Map(), refunded: new Map() });
});
