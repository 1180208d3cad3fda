import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { upsertOutlet } from '../store/outlets.js';
import { type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import { capturedPayment, errorCodes, managerOf, payload, refundPayment } from '../testing/requests.js';

const IMPORT = `mutation ($input: ImportSettlementInput!) { importSettlement(input: $input) {
  settlement { id provider lines known matched gross { amount } fees { amount } } userErrors { code field message } } }`;
const DIFFERENCES = `query ($scope: SalesScopeInput, $provider: PaymentProvider!, $from: Date!, $to: Date!, $first: Int, $after: String) {
  settlementDifferences(scope: $scope, provider: $provider, from: $from, to: $to, first: $first, after: $after) {
    nodes { kind subject payment { id } reference line expected { amount } reported { amount } at }
    totalCount pageInfo { hasNextPage endCursor } } }`;
const REPORT = `query ($scope: SalesScopeInput) { financialReport(scope: $scope, from: "2026-01-01", to: "2028-12-31") {
  net { amount } fees { amount } imbalance { amount } } }`;

const imported = z.object({
  importSettlement: z.object({
    settlement: z.looseObject({ id: z.string() }).nullable(),
    userErrors: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  }),
});
const differing = z.object({
  settlementDifferences: z.looseObject({ nodes: z.array(z.looseObject({ kind: z.string() })) }),
});

describe('importSettlement', () => {
  let harness: PaymentHarness;
  const franchiseId = newId();
  const outletId = newId();
  const hq = staff('HQ');
  const days = { from: '2026-01-01', to: '2028-12-31' };
  let payments: { readonly id: string; readonly transactionId: string }[];
  let refundId: string;
  let missing: string;

  beforeAll(async () => {
    harness = await startPaymentHarness();
    const outlet = { id: outletId, franchiseId, name: 'Menteng', timeZone: 'Asia/Jakarta', version: 1 };
    await upsertOutlet(harness.database, outlet);
    const place = { outletId, franchiseId };
    payments = [];
    for (const method of ['OVO', 'DANA', 'DANA']) {
      const { paymentId, order } = await capturedPayment(harness, method, place);
      const { transactionId } = await harness.database.prisma.payment.findUniqueOrThrow({
        where: { id: paymentId },
      });
      payments.push({ id: paymentId, transactionId: transactionId ?? '' });
      if (payments.length > 1) continue;
      const refund = await refundPayment(harness, managerOf(order), { paymentId, amount: 2_000 });
      refundId = payload(refund).refund?.id ?? '';
      await eventually(async () => {
        expect(await harness.database.prisma.refund.findFirst({ where: { id: refundId } })).toMatchObject({
          status: 'SUCCEEDED',
        });
      });
    }
    missing = (await capturedPayment(harness, 'OVO', place)).paymentId;
    await capturedPayment(harness, 'CASH', place);
  });

  afterAll(() => harness.stop());

  async function importFile(csv: string, identity = hq, provider = 'XENDIT') {
    const answer = await harness.run(identity, IMPORT, { input: { provider, csv } });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return imported.parse(answer.data).importSettlement;
  }

  async function differences(identity = hq, variables = {}) {
    const answer = await harness.run(identity, DIFFERENCES, { provider: 'XENDIT', ...days, ...variables });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return differing.parse(answer.data).settlementDifferences.nodes;
  }

  const HEADER =
    'Status,Type,Channel,Channel Name,Account Number,Currency,Amount,Total Fee,Total VAT,Net Amount,Reference,Product ID';
  const line = (type: string, amount: number, fee: number, reference: string, productId: string) =>
    `SUCCESS,${type},EWALLET,OVO,,IDR,${amount},${fee},0,0,${reference},${productId}`;

  it('matches lines with payments and refunds, lists what differs, and books fees', async () => {
    const [first, second, third] = payments;
    const file = [
      HEADER,
      line('PAYMENT', 42_000, 630, first?.id ?? '', ''),
      line('REFUND', -2_000, 0, refundId, 'rfd-1'),
      // By Xendit's id alone, without what its API puts before it.
      line('PAYMENT', 42_000, 600, 'order 7', (second?.transactionId ?? '').replace('ewc_', '')),
      line('PAYMENT', 42_000, 600, 'order 7', (second?.transactionId ?? '').replace('ewc_', '')),
      line('PAYMENT', 41_000, 500, third?.id ?? '', ''),
      line('PAYMENT', 9_000, 90, newId(), ''),
    ].join('\n');
    const { settlement } = await importFile(file);
    expect(settlement).toMatchObject({
      ...{ provider: 'XENDIT', lines: 6, known: 0, matched: 3 },
      ...{ gross: { amount: 174_000 }, fees: { amount: 1_230 } },
    });
    expect(await differences()).toEqual([
      expect.objectContaining({ kind: 'MISSING_HERE', line: 7, expected: null, reported: { amount: 9_000 } }),
      expect.objectContaining({
        ...{ kind: 'AMOUNT_DIFFERS', payment: { id: third?.id }, line: 6 },
        ...{ expected: { amount: 42_000 }, reported: { amount: 41_000 } },
      }),
      expect.objectContaining({ kind: 'DUPLICATE', payment: { id: second?.id }, line: 5 }),
      expect.objectContaining({
        ...{ kind: 'MISSING_AT_PROVIDER', subject: 'PAYMENT', payment: { id: missing }, line: null },
        ...{ expected: { amount: 42_000 }, reported: null },
      }),
    ]);
    const { data } = await harness.run(hq, REPORT, { scope: { outletId } });
    expect(data?.financialReport).toEqual({
      net: { amount: 42_000 * 5 - 2_000 },
      fees: { amount: 1_230 },
      imbalance: { amount: 0 },
    });
    // The same file again, and one that has its lines and another.
    expect((await importFile(file)).settlement).toEqual(settlement);
    const longer = await importFile(`${file}\n${line('PAYMENT', 42_000, 420, missing, '')}`);
    expect(longer.settlement).toMatchObject({ lines: 7, known: 6, matched: 1, fees: { amount: 420 } });
    expect((await differences()).map(({ kind }) => kind)).not.toContain('MISSING_AT_PROVIDER');
    const again = await harness.run(hq, REPORT, { scope: { outletId } });
    expect(again.data?.financialReport).toMatchObject({ fees: { amount: 1_650 } });
  });

  it('imports a file once, however often at once', async () => {
    const file = `${HEADER}\n${line('PAYMENT', 5_000, 0, newId(), '')}`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => importFile(file)));
    expect(new Set(answers.map(({ settlement }) => settlement?.id)).size).toBe(1);
  });

  it('is listed with the others to head office, newest first, by provider and a page at a time', async () => {
    const { settlement } = await importFile(`${HEADER}\n${line('PAYMENT', 6_000, 0, newId(), '')}`);
    const list = (page: string, identity = hq) =>
      harness.run(
        identity,
        `{ settlements(${page}) { nodes { id provider lines matched gross { amount } } totalCount pageInfo { hasNextPage endCursor } } }`,
      );
    const { data } = await list('provider: XENDIT, first: 1');
    expect(data?.settlements).toMatchObject({
      nodes: [{ id: settlement?.id, provider: 'XENDIT', lines: 1, matched: 0, gross: { amount: 6_000 } }],
      pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
    });
    const after = Reflect.get(Object(Reflect.get(Object(data?.settlements), 'pageInfo')), 'endCursor');
    const rest = await list(`provider: XENDIT, first: 100, after: "${after}"`);
    expect(JSON.stringify(rest.data)).not.toContain(settlement?.id);
    expect((await list('provider: MIDTRANS')).data).toMatchObject({
      settlements: { nodes: [], totalCount: 0 },
    });
    expect(errorCodes(await list('provider: CASH'))).toEqual(['BAD_USER_INPUT']);
    expect(errorCodes(await list('first: 1', staff('OWNER', { franchiseId })))).toEqual(['FORBIDDEN']);
  });

  it('refuses what it cannot read, and says where', async () => {
    for (const csv of [
      '',
      'Reference,Amount',
      `${HEADER}\n${line('PAYMENT', 1, 0, 'a', 'b').replace(',1,', ',x,')}`,
    ]) {
      expect((await importFile(csv)).userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['csv'] }]);
    }
    expect((await importFile(HEADER, hq, 'CASH')).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['provider'] },
    ]);
  });

  it('is head office’s to do; others read what differs at their outlets', async () => {
    for (const identity of [staff('OWNER', { franchiseId }), staff('MANAGER', { outletId })]) {
      const input = { provider: 'XENDIT', csv: HEADER };
      expect(errorCodes(await harness.run(identity, IMPORT, { input }))).toEqual(['FORBIDDEN']);
      const kinds = (await differences(identity)).map(({ kind }) => kind);
      expect(kinds).toEqual(['AMOUNT_DIFFERS', 'DUPLICATE']);
    }
    expect(await differences(staff('OWNER', { franchiseId: newId() }))).toEqual([]);
    expect(await differences(hq, { scope: { franchiseId }, first: 1 })).toHaveLength(1);
    const barista = staff('BARISTA', { outletId });
    const answer = await harness.run(barista, DIFFERENCES, { provider: 'XENDIT', ...days });
    expect(errorCodes(answer)).toEqual(['FORBIDDEN']);
  });
});
