/**
 * For tests: the payment subgraph as it runs, on a database, a queue and a bus of its own, with both providers simulated
 * and their callbacks arriving over HTTP.
 */
import { type ExecutionResult, parse } from 'graphql';
import { type AnyEvent, type EventType, newCause } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { type EventBatch, eventQueueName } from '../../../platform/events/relay.js';
import { startHttpServer } from '../../../platform/http/server.js';
import { DOCUMENT_PATHS } from '../../../platform/identity/document-links.js';
import type { Identity, RoleGrant } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import type { Platform } from '../../../platform/platform.js';
import { executeOperation, subscribeOperation } from '../../../platform/subgraph/execution.js';
import type { RunningSubgraph } from '../../../platform/subgraph/subgraph.js';
import { freshDatabase } from '../../../tests/support/database.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { eventually } from '../../../tests/support/wait.js';
import { startPayment } from '../index.js';
import { startMidtransSimulator } from '../simulators/midtrans.js';
import type { Simulator } from '../simulators/simulator.js';
import { startXenditSimulator } from '../simulators/xendit.js';
import { type OwnPaymentDatabase, openPaymentDatabase } from '../store/database.js';

/** What the gateway serves of the unit at its own address. */
const PATHS = [
  ...['/webhooks/midtrans', '/webhooks/xendit'],
  ...[DOCUMENT_PATHS.receipt, DOCUMENT_PATHS.creditNote],
];

export const MIDTRANS_SERVER_KEY = 'midtrans-server-key';
export const XENDIT_CALLBACK_TOKEN = 'xendit-callback-token';
export const XENDIT_SECRET_KEY = 'xendit-secret-key';

export interface TestOrder {
  readonly orderId: string;
  readonly number: string;
  readonly customerId: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly total: number;
  /** What of the total is for what; nothing but lines that nobody knows, where it is left out. */
  readonly bill?: Partial<
    Pick<EventData['order.placed'], 'lines' | 'rewardDiscount' | 'serviceCharge' | 'taxes' | 'rounding'>
  >;
}

export type Answer = ExecutionResult<Record<string, unknown>>;

export interface PaymentHarness {
  readonly platform: Platform;
  readonly database: OwnPaymentDatabase;
  readonly midtrans: Simulator;
  readonly xendit: Simulator;
  /** Where callbacks arrive and documents open. */
  readonly url: string;
  readonly subgraph: RunningSubgraph;
  run(identity: Identity, document: string, variables?: Record<string, unknown>): Promise<Answer>;
  subscribe(
    identity: Identity,
    document: string,
    variables: Record<string, unknown>,
  ): Promise<AsyncIterator<Answer>>;
  /** Delivers events to the order consumer, in the order given. */
  deliver(...events: readonly AnyEvent[]): Promise<void>;
  /** As `deliver`, to the consumer of bills. */
  deliverBill(event: AnyEvent): Promise<void>;
  /** As `deliver`, to the consumer of sales. */
  deliverSales(...events: readonly AnyEvent[]): Promise<void>;
  /** An order of a new customer that waits for its payment, its events consumed. */
  awaitingPayment(settings?: Partial<TestOrder>): Promise<TestOrder>;
  /** Stops without finishing anything, and starts again on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.hasMidtrans whether Midtrans is configured. Default true. */
export async function startPaymentHarness({ hasMidtrans = true } = {}): Promise<PaymentHarness> {
  const fresh = await freshDatabase('payment');
  let routes: RunningSubgraph['routes'] = [];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ready: async () => undefined,
    log: createLog('silent'),
    routes: PATHS.map((path) => ({
      method: 'ANY',
      path,
      handle: async (...call) => routes.find((route) => route.path === path)?.handle(...call),
    })),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const midtrans = await startMidtransSimulator({
    port: 0,
    notifyUrl: `${url}/webhooks/midtrans`,
    serverKey: MIDTRANS_SERVER_KEY,
  });
  const xendit = await startXenditSimulator({
    port: 0,
    notifyUrl: `${url}/webhooks/xendit`,
    secretKey: XENDIT_SECRET_KEY,
    callbackToken: XENDIT_CALLBACK_TOKEN,
  });
  const platform = await openTestPlatform({
    PAYMENT_DATABASE_URL: fresh.url,
    ...(hasMidtrans ? { MIDTRANS_BASE_URL: midtrans.url, MIDTRANS_SERVER_KEY } : {}),
    XENDIT_BASE_URL: xendit.url,
    XENDIT_SECRET_KEY,
    XENDIT_CALLBACK_TOKEN,
  });
  const database = openPaymentDatabase(platform);
  const start = async () => {
    const started = await startPayment(platform, { timeoutMilliseconds: 1_000, restMilliseconds: 200 });
    routes = started.routes;
    return started;
  };
  let subgraph = await start();
  const callOf = (identity: Identity) => ({ identity, cause: newCause() });

  async function deliverTo(consumer: string, events: readonly AnyEvent[]): Promise<void> {
    const batch: EventBatch = { events };
    await platform.queues.add(eventQueueName(consumer), batch, { jobId: newId() });
  }
  const deliver = (...events: readonly AnyEvent[]) => deliverTo('payment.orders', events);

  return {
    platform,
    database,
    midtrans,
    xendit,
    url,
    get subgraph() {
      return subgraph;
    },
    async run(identity, document, variables) {
      const operation = { document: parse(document), variables };
      return plain(await executeOperation(subgraph, operation, callOf(identity), platform.log));
    },
    async subscribe(identity, document, variables) {
      const operation = { document: parse(document), variables };
      const stream = await subscribeOperation(subgraph, operation, callOf(identity), platform.log);
      if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
      return stream;
    },
    deliver,
    deliverBill: (event) => deliverTo('payment.bills', [event]),
    deliverSales: (...events) => deliverTo('payment.sales', events),
    async awaitingPayment(settings) {
      const order = testOrder(settings);
      await deliver(placed(order), awaiting(order));
      await eventually(() =>
        database.prisma.orderCopy.findUniqueOrThrow({
          where: { id: order.orderId, status: 'AWAITING_PAYMENT' },
        }),
      );
      return order;
    },
    async restart() {
      await subgraph.stop();
      subgraph = await start();
    },
    async stop() {
      await subgraph.stop();
      await midtrans.stop();
      await xendit.stop();
      await server.stop();
      await database.close();
      await platform.drop();
      await fresh.drop();
    },
  };
}

export function testOrder(settings: Partial<TestOrder> = {}): TestOrder {
  return {
    orderId: newId(),
    number: 'A001',
    customerId: newId(),
    outletId: newId(),
    franchiseId: newId(),
    total: 42_000,
    ...settings,
  };
}

export function placed({ bill, ...order }: TestOrder): AnyEvent {
  const placedAt = new Date().toISOString();
  const data = { ...order, placedAt, lines: [], requirements: [], ...bill };
  return eventOf('order.placed', order.orderId, 1, data);
}

export function awaiting({ bill: _, ...order }: TestOrder): AnyEvent {
  return eventOf('order.awaiting-payment', order.orderId, 2, order);
}

export function paid({ bill: _, ...order }: TestOrder, paymentId: string): AnyEvent {
  return eventOf('order.paid', order.orderId, 3, { ...order, paymentId });
}

export function cancelled({ total: _, bill: _bill, ...order }: TestOrder, version = 4): AnyEvent {
  return eventOf('order.cancelled', order.orderId, version, { ...order, reason: 'The guest went home' });
}

export function rejected({ total: _, bill: _bill, ...order }: TestOrder): AnyEvent {
  return eventOf('order.rejected', order.orderId, 2, { ...order, reason: 'Sold out' });
}

export function customer(customerId: string): Identity {
  return { customerId, roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }] };
}

export function staff(
  role: RoleGrant['role'],
  at: { outletId?: string; franchiseId?: string } = {},
): Identity {
  const grant = { role, outletId: at.outletId ?? null, franchiseId: at.franchiseId ?? null };
  return { customerId: newId(), roles: [grant] };
}

function eventOf<Type extends EventType>(
  type: Type,
  aggregateId: string,
  aggregateVersion: number,
  data: EventData[Type],
) {
  return {
    id: newId(),
    type,
    version: 1,
    source: 'order',
    occurredAt: new Date().toISOString(),
    aggregateId,
    aggregateVersion,
    data,
    metadata: newCause(),
  };
}

/** GraphQL answers have objects without a prototype, which are awkward to compare. */
function plain(result: ExecutionResult): Answer {
  return JSON.parse(JSON.stringify(result));
}
