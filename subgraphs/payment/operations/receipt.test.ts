/** Receipts and credit notes: what they say, to whom, and that their numbers have no gaps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newCause } from '../../../platform/events/envelope.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { readPdf } from '../../../tests/support/pdf.js';
import { eventually } from '../../../tests/support/wait.js';
import { receiptLinks } from '../document-routes.js';
import { upsertOutlet } from '../store/outlets.js';
import { insertCreditNote } from '../store/receipts.js';
import {
  cancelled,
  customer,
  type PaymentHarness,
  placed,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  capturedPayment,
  confirmCash,
  disputePayload,
  errorCodes,
  managerOf,
  openDispute,
  payload,
  payOrder,
  refundPayment,
  resolveDispute,
} from '../testing/requests.js';

const money = z.object({ amount: z.number() }).transform(({ amount }) => amount);
const taxes = z.array(z.object({ name: z.string(), rate: z.number(), amount: money }));
const charges = { serviceCharge: money, taxes, rounding: money, total: money };
const receiptSchema = z.object({
  ...{ id: z.string(), number: z.number(), issuedAt: z.string(), orderNumber: z.string() },
  ...{ outletName: z.string().nullable(), outletAddress: z.string().nullable() },
  lines: z.array(
    z.object({
      ...{ name: z.string(), quantity: z.number(), options: z.array(z.string()) },
      ...{ unitPrice: money, discount: money, subtotal: money },
    }),
  ),
  ...{ rewardDiscount: money, ...charges, html: z.string(), pdfUrl: z.string() },
  creditNotes: z.array(
    z.object({
      number: z.number(),
      receiptNumber: z.number(),
      linesTotal: money,
      ...charges,
      html: z.string(),
      pdfUrl: z.string(),
    }),
  ),
});

const CHARGES =
  'serviceCharge { amount } taxes { name rate amount { amount } } rounding { amount } total { amount }';
const RECEIPT = `query ($orderId: ID!) { receipt(orderId: $orderId) {
  id number issuedAt orderNumber outletName outletAddress rewardDiscount { amount } ${CHARGES} html pdfUrl
  lines { name quantity options unitPrice { amount } discount { amount } subtotal { amount } }
  creditNotes { number receiptNumber linesTotal { amount } ${CHARGES} html pdfUrl } } }`;

describe('receipts', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });
  afterAll(() => harness.stop());

  const read = (identity: Identity, orderId: string) => harness.run(identity, RECEIPT, { orderId });

  async function receiptOf({ orderId, customerId }: TestOrder) {
    const { data } = await read(customer(customerId), orderId);
    return z.object({ receipt: receiptSchema }).parse(data).receipt;
  }

  /** 20,000 for two drinks, 5 % service charge, 10 % PBJT on both, rounded down by 100. */
  const BILLED = {
    total: 23_000,
    bill: {
      lines: [
        {
          ...{ menuItemId: newId(), name: 'Teh Susu', quantity: 2, unitPrice: 10_000, subtotal: 20_000 },
          options: ['Besar'],
        },
      ],
      serviceCharge: 1_000,
      taxes: [{ name: 'PBJT' as const, rate: 1_000, base: 21_000, amount: 2_100, isIncluded: false }],
      rounding: -100,
    },
  };

  /** Other than zero, of an outlet. */
  async function balances({ outletId }: TestOrder): Promise<Record<string, number>> {
    const sums = await harness.database.prisma.ledgerEntry.groupBy({
      by: ['account'],
      where: { outletId },
      _sum: { amount: true },
    });
    return Object.fromEntries(
      sums.flatMap(({ account, _sum }) => (_sum.amount ? [[account, Number(_sum.amount)]] : [])),
    );
  }

  async function refund(order: TestOrder, paymentId: string, amount: number): Promise<void> {
    const answer = payload(await refundPayment(harness, managerOf(order), { paymentId, amount }));
    expect(answer.userErrors).toEqual([]);
    await eventually(async () => {
      const pending = { paymentId, status: 'PENDING' } as const;
      expect(await harness.database.prisma.refund.count({ where: pending })).toBe(0);
    });
  }

  async function numbersOf(outletId: string, series: 'RECEIPT' | 'CREDIT_NOTE'): Promise<number[]> {
    const rows = await harness.database.prisma.receiptNumber.findMany({
      where: { outletId, series },
      orderBy: { number: 'asc' },
    });
    return rows.map(({ number }) => number);
  }

  const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('say what was ordered and what of the total is for what, and the ledger books it so', async () => {
    const outletId = newId();
    const outlet = { id: outletId, franchiseId: newId(), name: 'Kedai Menteng', address: 'Jl. Cikini 1' };
    await upsertOutlet(harness.database, { ...outlet, timeZone: 'Asia/Jakarta', version: 1 });
    const { order } = await capturedPayment(harness, 'QRIS', { ...BILLED, outletId });
    const { html, pdfUrl, ...receipt } = await receiptOf(order);
    expect(receipt).toMatchObject({
      ...{ number: 1, orderNumber: order.number, outletName: outlet.name, outletAddress: outlet.address },
      lines: [
        {
          name: 'Teh Susu',
          quantity: 2,
          options: ['Besar'],
          unitPrice: 10_000,
          discount: 0,
          subtotal: 20_000,
        },
      ],
      ...{ rewardDiscount: 0, serviceCharge: 1_000, rounding: -100, total: 23_000 },
      taxes: [{ name: 'PBJT', rate: 10, amount: 2_100 }],
      creditNotes: [],
    });
    expect(html).toContain('Struk 1');
    const inEnglish = await harness.run(
      customer(order.customerId),
      'query ($id: ID!) { receipt(orderId: $id) { html(language: EN) } }',
      { id: order.orderId },
    );
    expect(JSON.stringify(inEnglish.data)).toContain('Receipt 1');
    expect(await balances(order)).toEqual({
      ...{ MIDTRANS_CLEARING: 23_000, SALES: -20_000, SERVICE_CHARGES: -1_000, TAX_PAYABLE: -2_100 },
      ROUNDING: 100,
    });

    // What an outlet is called later changes nothing.
    await upsertOutlet(harness.database, { ...outlet, name: 'Kedai Cikini', timeZone: 'UTC', version: 2 });
    expect(await receiptOf(order)).toEqual({ html, pdfUrl, ...receipt });
  });

  it('are for their guest and for staff of their outlet, once the total is met', async () => {
    const order = await harness.awaitingPayment(BILLED);
    const guest = customer(order.customerId);
    expect(errorCodes(await read(guest, order.orderId))).toEqual(['NOT_FOUND']);
    const { payment } = payload(await payOrder(harness, guest, { orderId: order.orderId, method: 'CASH' }));
    await confirmCash(harness, managerOf(order), payment?.id ?? '');
    for (const reader of [
      guest,
      managerOf(order),
      staff('BARISTA', { outletId: order.outletId }),
      staff('OWNER', { franchiseId: order.franchiseId }),
      staff('HQ'),
    ])
      expect((await read(reader, order.orderId)).data).toMatchObject({ receipt: { number: 1 } });
    for (const stranger of [customer(newId()), staff('MANAGER', { outletId: newId() })])
      expect(errorCodes(await read(stranger, order.orderId))).toEqual(['NOT_FOUND']);
    expect(errorCodes(await read(ANONYMOUS, order.orderId))).toEqual(['UNAUTHENTICATED']);
    expect(errorCodes(await read(guest, 'no id'))).toEqual(['NOT_FOUND']);
  });

  it('have credit notes for what refunds give back, in proportion and to the rupiah', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'CASH', BILLED);
    for (const amount of [1, 9_999, 7_777]) await refund(order, paymentId, amount);
    await refund(order, paymentId, 23_000 - 17_777);
    const { creditNotes } = await receiptOf(order);
    expect(creditNotes.map(({ number, receiptNumber, total }) => [number, receiptNumber, total])).toEqual([
      [1, 1, 1],
      [2, 1, 9_999],
      [3, 1, 7_777],
      [4, 1, 5_223],
    ]);
    for (const note of creditNotes) {
      const [tax] = note.taxes;
      expect(note.linesTotal + note.serviceCharge + (tax?.amount ?? 0) + note.rounding).toBe(note.total);
    }
    const sum = (of: (note: (typeof creditNotes)[number]) => number) =>
      creditNotes.reduce((total, note) => total + of(note), 0);
    expect(sum(({ taxes: [tax] }) => tax?.amount ?? 0)).toBe(2_100);
    expect(sum(({ serviceCharge }) => serviceCharge)).toBe(1_000);
    expect(sum(({ rounding }) => rounding)).toBe(-100);
    expect(creditNotes[0]?.html).toContain('Mengoreksi struk 1');
    expect(await balances(order)).toEqual({ SALES: -20_000, REFUNDS: 20_000 });
  });

  it('are one for an order that is paid in parts, and none for tips, surplus and what goes back before', async () => {
    const order = await harness.awaitingPayment(BILLED);
    const pay = async (input: object) => {
      const { orderId, customerId } = order;
      const given = { orderId, method: 'CASH', ...input };
      const { payment } = payload(await payOrder(harness, customer(customerId), given));
      await confirmCash(harness, managerOf(order), payment?.id ?? '');
      return payment?.id ?? '';
    };
    const first = await pay({ amount: 10_000 });
    await refund(order, first, 4_000);
    await pay({ amount: 17_000, tip: 2_000 });
    expect(await receiptOf(order)).toMatchObject({ number: 1, total: 23_000, creditNotes: [] });
    expect(await balances(order)).toEqual({
      ...{ CASH_DRAWER: 25_000, SALES: -20_000, SERVICE_CHARGES: -1_000, TAX_PAYABLE: -2_100, ROUNDING: 100 },
      TIPS: -2_000,
    });
    expect(await numbersOf(order.outletId, 'RECEIPT')).toEqual([1]);
    expect(await numbersOf(order.outletId, 'CREDIT_NOTE')).toEqual([]);
  });

  it('are corrected wholly when a paid order is cancelled', async () => {
    const { order } = await capturedPayment(harness, 'GOPAY', BILLED);
    await harness.deliver(cancelled(order));
    await eventually(async () =>
      expect((await receiptOf(order)).creditNotes).toMatchObject([
        { number: 1, total: 23_000, serviceCharge: 1_000, rounding: -100, taxes: [{ amount: 2_100 }] },
      ]),
    );
  });

  it('keep what a bank takes: a lost dispute has no credit note, and what is given back after it is the rest', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'QRIS', BILLED);
    const manager = managerOf(order);
    const { dispute } = disputePayload(await openDispute(harness, manager, { paymentId, amount: 11_500 }));
    await resolveDispute(harness, manager, { disputeId: dispute?.id, outcome: 'LOST' });
    expect(await balances(order)).toEqual({
      ...{ MIDTRANS_CLEARING: 11_500, DISPUTE_LOSSES: 10_000, SALES: -20_000 },
      ...{ SERVICE_CHARGES: -500, TAX_PAYABLE: -1_050, ROUNDING: 50 },
    });
    await refund(order, paymentId, 11_500);
    await eventually(async () =>
      expect((await receiptOf(order)).creditNotes).toMatchObject([
        { total: 11_500, linesTotal: 10_000, serviceCharge: 500, taxes: [{ amount: 1_050 }], rounding: -50 },
      ]),
    );
  });

  it('say what was ordered of orders whose copy is of before receipts, once their event comes again', async () => {
    const { database } = harness;
    const lines = BILLED.bill.lines.map(({ unitPrice: _, ...line }) => line);
    const order = await harness.awaitingPayment({ total: 15_000, bill: { lines } });
    const where = { id: order.orderId };
    await database.pool.query('UPDATE order_copy SET bill = NULL WHERE id = $1', [order.orderId]);
    await harness.deliver(placed(order));
    await eventually(async () => {
      const { bill, status } = await database.prisma.orderCopy.findUniqueOrThrow({ where });
      expect([bill === null, status]).toEqual([false, 'AWAITING_PAYMENT']);
    });
    const { orderId, customerId } = order;
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'CASH' }));
    await confirmCash(harness, managerOf(order), payment?.id ?? '');
    expect(await receiptOf(order)).toMatchObject({
      lines: [{ name: 'Teh Susu', unitPrice: 10_000, subtotal: 20_000 }],
      ...{ rewardDiscount: 5_000, total: 15_000 },
    });
  });

  it('are numbered without gaps when many orders are settled and given back at once', async () => {
    const outlet = { outletId: newId(), franchiseId: newId() };
    const payments = await Promise.all(
      oneTo(24).map((index) =>
        capturedPayment(harness, index % 3 === 0 ? 'CASH' : 'QRIS', { ...BILLED, ...outlet }),
      ),
    );
    expect(await numbersOf(outlet.outletId, 'RECEIPT')).toEqual(oneTo(24));
    await Promise.all(
      payments.flatMap(({ order, paymentId }) =>
        [1_000, 2_000].map((amount) => refund(order, paymentId, amount)),
      ),
    );
    expect(await numbersOf(outlet.outletId, 'CREDIT_NOTE')).toEqual(oneTo(48));
  });

  it('give no number to what is rolled back, and wait for what is not decided yet', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'CASH', BILLED);
    const { database } = harness;
    const payment = { id: paymentId, ...order };
    const none = { serviceCharge: 0, rounding: 0, taxes: [], lines: 1 };
    const issue = (fails: boolean) =>
      database.work(newCause(), async ({ tx }) => {
        await insertCreditNote(tx, payment, newId(), 1, none);
        if (fails) throw new Error('rolled back');
      });
    const outcomes = await Promise.allSettled(oneTo(20).map((index) => issue(index % 2 === 0)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await numbersOf(order.outletId, 'CREDIT_NOTE')).toEqual(oneTo(10));
    // A process that dies in the middle of the commit is a connection that ends.
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO receipt (id, series, order_id, payment_id, refund_id, customer_id, outlet_id, franchise_id, total, content)
       SELECT $1, series, order_id, payment_id, $1, customer_id, outlet_id, franchise_id, 1, content
       FROM receipt WHERE series = 'CREDIT_NOTE' AND payment_id = $2 LIMIT 1`,
      [newId(), paymentId],
    );
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    const waiting = issue(false);
    client.release(new Error('the process is gone'));
    await waiting;
    expect(await numbersOf(order.outletId, 'CREDIT_NOTE')).toEqual(oneTo(11));
  });

  const TEA = '茶 <Susu> & Łódź';

  /** What the gateway serves at the address of a document. */
  const open = (address: string) =>
    fetch(`${harness.url}${new URL(address).pathname}${new URL(address).search}`);
  const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
  const readAt = async (address: string) => readPdf(await bytesOf(await open(address)));

  /** The words of a page, in order. */
  const wordsOf = (html: string): string[] =>
    html
      .slice(html.indexOf('<body>'))
      .replace(/<[^>]*>/g, '\n')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .split(/\s+/)
      .filter((word) => word !== '');

  it('open as PDF without a session, word for word as their page, in the language of the link', async () => {
    const outlet = { id: newId(), franchiseId: newId(), name: 'Kedai Menteng', address: 'Jl. Cikini 1' };
    await upsertOutlet(harness.database, { ...outlet, timeZone: 'Asia/Jakarta', version: 1 });
    const lines = BILLED.bill.lines.map((line) => ({ ...line, name: TEA }));
    const bill = { ...BILLED.bill, lines };
    const { order, paymentId } = await capturedPayment(harness, 'CASH', {
      ...{ total: BILLED.total, bill, outletId: outlet.id },
    });
    await refund(order, paymentId, 7_777);
    const answer = await harness.run(
      customer(order.customerId),
      `query ($orderId: ID!) { receipt(orderId: $orderId) {
        indonesian: html(language: ID) english: html(language: EN) id: pdfUrl(language: ID) en: pdfUrl(language: EN)
        creditNotes { english: html(language: EN) en: pdfUrl(language: EN) }
      } }`,
      { orderId: order.orderId },
    );
    const english = { english: z.string(), en: z.string() };
    const receipt = z
      .object({
        receipt: z.object({
          ...{ ...english, indonesian: z.string(), id: z.string() },
          creditNotes: z.tuple([z.object(english)]),
        }),
      })
      .parse(answer.data).receipt;
    const [note] = receipt.creditNotes;
    const documents = [
      {
        html: receipt.indonesian,
        address: receipt.id,
        name: 'receipt-1.pdf',
        said: ['Struk', TEA.split(' ')[0]],
      },
      { html: receipt.english, address: receipt.en, name: 'receipt-1.pdf', said: ['Receipt', 'Cikini'] },
      { html: note.english, address: note.en, name: 'credit-note-1.pdf', said: ['Corrects', 'Refunded'] },
    ];
    for (const { html, address, name, said } of documents) {
      const response = await open(address);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect(response.headers.get('content-disposition')).toBe(`inline; filename="${name}"`);
      expect(response.headers.get('cache-control')).toMatch(/^private\b/);
      const pdf = readPdf(await bytesOf(response));
      const words = pdf.pages.flat().join(' ').split(/\s+/);
      const page = wordsOf(html);
      // The caption of the code comes last, and an amount stands beside a name's first line.
      expect(words.slice(0, page.length).toSorted()).toEqual(page.toSorted());
      expect(page).toEqual(expect.arrayContaining(said));
      // What is printed opens the same document, for as long as books are stored.
      const printed = (await pdf.qrCode(0)) ?? '';
      expect((await readAt(printed)).source).toBe(pdf.source);
    }
  });

  it('answer in plain words where their link is altered, of another kind or has expired', async () => {
    const { order } = await capturedPayment(harness, 'CASH', BILLED);
    const { pdfUrl } = await receiptOf(order);
    const altered = `${pdfUrl.slice(0, -5)}AAAAA`;
    const asCreditNote = pdfUrl.replace('receipt.pdf', 'credit-note.pdf');
    const { config } = harness.platform;
    const links = receiptLinks({ config });
    const link = { id: order.orderId, language: 'en', expiresAt: new Date(Date.now() - 1_000) } as const;
    const unknown = { ...link, id: newId(), expiresAt: new Date(Date.now() + 60_000) };
    const expected = [
      [altered, 404, 'This link is unknown'],
      [asCreditNote, 404, 'Tautan ini tidak dikenal'],
      [links.receipt.address(unknown), 404, 'This link is unknown'],
      [links.creditNote.address(unknown), 404, 'This link is unknown'],
      [links.receipt.address(link), 410, 'This link has expired'],
    ] as const;
    for (const [address, status, words] of expected) {
      const response = await open(address);
      expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(words)]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('never change', async () => {
    const { order } = await capturedPayment(harness, 'CASH', BILLED);
    const where = 'WHERE order_id = $1';
    for (const statement of [`UPDATE receipt SET total = 1 ${where}`, `DELETE FROM receipt_number ${where}`])
      await expect(harness.database.pool.query(statement, [order.orderId])).rejects.toThrow();
  });
});
