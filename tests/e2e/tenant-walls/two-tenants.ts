/**
 * All subgraphs in this process, on the demo chain, with two outlets of different franchises that have the same life: an
 * order that was paid, prepared and refunded in part, a disputed payment, a cart, a supplier, an order to it, a delivery, a count, a shelf, messages.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentNode, type ExecutionResult, parse } from 'graphql';
import pg from 'pg';
import { SUBGRAPH_STARTERS } from '../../../deploy/units.js';
import { gatewayOptions } from '../../../gateway/configuration.js';
import { type RunningGateway, startGateway } from '../../../gateway/index.js';
import { newCause } from '../../../platform/events/envelope.js';
import { type Route, startHttpServer } from '../../../platform/http/server.js';
import { signAccessToken } from '../../../platform/identity/access-token.js';
import type { Identity, RoleGrant } from '../../../platform/identity/identity.js';
import { generateKeyFiles, readSigningKey } from '../../../platform/identity/keys.js';
import { newId } from '../../../platform/ids.js';
import { addDays, todayIn } from '../../../platform/kit/calendar.js';
import { createLog } from '../../../platform/log.js';
import { executeOperation, subscribeOperation } from '../../../platform/subgraph/execution.js';
import type { RunningSubgraph } from '../../../platform/subgraph/subgraph.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedDemo } from '../../../prisma/seed/seed.js';
import { bySubgraph, SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import { startMidtransSimulator } from '../../../subgraphs/payment/simulators/midtrans.js';
import { freshDatabase } from '../../support/database.js';
import { FrontEnd } from '../../support/front-end.js';
import { openTestPlatform } from '../../support/platform.js';
import { eventually } from '../../support/wait.js';
import { mutationText } from './generated-operations.js';

export type Person = Identity & { readonly customerId: string };

/** One tenant: an outlet, its franchise, who belongs there, and what they have. */
export interface Tenant {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly guest: Person;
  readonly barista: Person;
  readonly manager: Person;
  readonly owner: Person;
  /** Ready, its payment refunded in part and disputed. */
  readonly orderId: string;
  readonly paymentId: string;
  readonly disputeId: string;
  /** Waits for the kitchen. */
  readonly paidOrderId: string;
  /** Of an order that waits for its cash. */
  readonly cashPaymentId: string;
  readonly unpaidOrderId: string;
  readonly cartLineId: string;
  readonly promotionId: string;
  /** Of a barista. */
  readonly invitationId: string;
  readonly stockItemId: string;
  readonly shelfId: string;
  /** Of the franchise. */
  readonly supplierId: string;
  /** To that supplier, sent. */
  readonly purchaseOrderId: string;
  /** To another outlet of the franchise, on the way. */
  readonly transferId: string;
  /** Open, with an item that is not as expected. */
  readonly stockCountId: string;
  /** Open, with the cash of an order of a guest at the counter. */
  readonly tillId: string;
  /** A day that is closed. */
  readonly closedDay: string;
  /** Of the outlet; nobody listens at its address. */
  readonly webhookId: string;
  /** The manager’s, of the outlet. */
  readonly scheduleId: string;
}

export interface Chain {
  readonly subgraphs: Readonly<Record<SubgraphName, RunningSubgraph>>;
  /** Reads the databases as their owner. */
  readonly pools: Readonly<Record<SubgraphName, pg.Pool>>;
  readonly ours: Tenant;
  readonly theirs: Tenant;
  /** The owner's URL of a database. */
  urlOf(name: SubgraphName | 'platform'): string;
  run(
    subgraph: SubgraphName,
    identity: Identity,
    source: string,
    variables?: object,
  ): Promise<ExecutionResult>;
  subscribe(
    subgraph: SubgraphName,
    identity: Identity,
    source: string,
    variables?: object,
  ): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
  /** A new order of the tenant's guest, which waits for its cash. */
  place(tenant: Tenant): Promise<Placed>;
  /** The cash of an order that was placed. */
  pay(tenant: Tenant, placed: Placed): Promise<void>;
  /** Counts a stock item that has no scale, each time another number. */
  count(tenant: Tenant): Promise<void>;
  /** Starts a gateway in front of the subgraphs, which stops with them. @returns its front end of a caller, and of nobody. */
  startGateway(): Promise<(caller: Person | undefined) => Promise<FrontEnd>>;
  stop(): Promise<void>;
}

export interface Placed {
  readonly orderId: string;
  readonly paymentId: string;
}

/** Probes ask for everything at once. */
const NO_LIMITS = {
  RATE_LIMIT: 'off',
  ...Object.fromEntries(
    [
      ...[
        'BODY_BYTES',
        'TOKENS',
        'DEPTH',
        'ALIASES',
        'ROOT_FIELDS',
        'DIRECTIVES',
        'FRAGMENTS',
        'SELECTIONS',
        'NESTING',
      ],
      ...['VALUES', 'PAGE_SIZE', 'COST', 'ERRORS', 'MESSAGE_BYTES', 'SOCKET_OPERATIONS'],
    ].map((name) => [`LIMIT_${name}`, '100000000']),
  ),
};

const MIDTRANS_SERVER_KEY = 'midtrans-server-key';
const CALLBACK_PATH = '/webhooks/midtrans';

export async function startTwoTenants(): Promise<Chain> {
  const databases = await Promise.all(
    SUBGRAPH_NAMES.map(async (name) => ({ name, ...(await freshDatabase(name)) })),
  );
  const urlOf = (name: SubgraphName) => databases.find((database) => database.name === name)?.url ?? '';
  await seedDemo(urlOf);
  const keys = await mkdtemp(join(tmpdir(), 'kedai-keys-'));
  const { privateKeyFile, publicKeyFile } = await generateKeyFiles(keys);
  const callbacks: { handle?: Route['handle'] | undefined } = {};
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ready: async () => undefined,
    log: createLog('silent'),
    routes: [{ method: 'POST', path: CALLBACK_PATH, handle: async (...call) => callbacks.handle?.(...call) }],
  });
  const midtrans = await startMidtransSimulator({
    port: 0,
    notifyUrl: `http://127.0.0.1:${server.port}${CALLBACK_PATH}`,
    serverKey: MIDTRANS_SERVER_KEY,
  });
  const platform = await openTestPlatform({
    ...Object.fromEntries(SUBGRAPH_NAMES.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, urlOf(name)])),
    JWT_PRIVATE_KEY_FILE: privateKeyFile,
    JWT_PUBLIC_KEY_FILE: publicKeyFile,
    SUBGRAPH_SECRET: 'a secret of at least thirty-two characters',
    WEBHOOKS_PRIVATE_ADDRESSES: 'on',
    PORT: '0',
    ...NO_LIMITS,
    // No order and no payment ends by the clock while it is probed.
    PAYMENT_WINDOW_SECONDS: '86400',
    CASH_WINDOW_SECONDS: '86400',
    MIDTRANS_BASE_URL: midtrans.url,
    MIDTRANS_SERVER_KEY,
    // Nothing is paid by its methods.
    XENDIT_BASE_URL: 'http://127.0.0.1:9',
    XENDIT_SECRET_KEY: 'key',
    XENDIT_CALLBACK_TOKEN: 'token',
  });
  const each = async <Value>(make: (name: SubgraphName) => Promise<Value> | Value) =>
    bySubgraph(await Promise.all(SUBGRAPH_NAMES.map(async (name) => [name, await make(name)] as const)));
  const subgraphs = await each((name) => SUBGRAPH_STARTERS[name](platform));
  callbacks.handle = subgraphs.payment.routes.find(({ path }) => path === CALLBACK_PATH)?.handle;
  const pools = await each((name) => new pg.Pool({ connectionString: urlOf(name), max: 2 }));

  const documents = new Map<string, DocumentNode>();
  const documentOf = (source: string) => {
    const document = documents.get(source) ?? parse(source, { noLocation: true });
    documents.set(source, document);
    return document;
  };
  const run: Chain['run'] = (name, identity, source, variables = {}) =>
    executeOperation(
      subgraphs[name],
      { document: documentOf(source), variables: { ...variables } },
      { identity, cause: newCause() },
      platform.log,
    );
  const subscribe: Chain['subscribe'] = (name, identity, source, variables = {}) =>
    subscribeOperation(
      subgraphs[name],
      { document: documentOf(source), variables: { ...variables } },
      { identity, cause: newCause() },
      platform.log,
    );
  const gateways: RunningGateway[] = [];
  let counted = 100;
  const startGatewayInFront: Chain['startGateway'] = async () => {
    const { config, log } = platform;
    const local = SUBGRAPH_NAMES.map((name) => subgraphs[name]);
    const gateway = await startGateway(
      await gatewayOptions(config, log, { names: SUBGRAPH_NAMES, local }, platform),
    );
    gateways.push(gateway);
    const url = `http://127.0.0.1:${gateway.port}/graphql`;
    const key = await readSigningKey(privateKeyFile);
    const parties = { issuer: config.environment.JWT_ISSUER, audience: config.environment.JWT_AUDIENCE };
    return async (caller) => {
      if (caller === undefined) return new FrontEnd(url);
      const { token } = await signAccessToken(key, parties, { ...caller, sessionId: newId() });
      return new FrontEnd(url, token);
    };
  };
  const mutate: Mutate = async (name, identity, mutation, variables, ...path) => {
    const selection = path
      .filter((part) => typeof part === 'string')
      .reduceRight((inner, part) => `${part} { ${inner} }`, 'id');
    const source = mutationText(subgraphs[name].schema, mutation, selection);
    return idAt(await run(name, identity, source, variables), mutation, ...path);
  };
  const employ: Employ = async ({ customerId, roles }, { role, outletId, franchiseId }) => {
    await pools.customer.query(
      'INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, $3, $4, $5)',
      [newId(), customerId, role, outletId, franchiseId],
    );
    // As a token has it: a role at an outlet names the outlet alone.
    const grant = { role, outletId, franchiseId: outletId === null ? franchiseId : null };
    return { customerId, roles: [...roles, grant] };
  };
  const [first, second] = [
    CATALOGUE.outlets[0],
    CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== CATALOGUE.outlets[0]?.franchiseId),
  ];
  if (!first || !second) throw new Error('The demo chain has outlets of two franchises.');
  return {
    subgraphs,
    pools,
    ours: await live(mutate, employ, first),
    theirs: await live(mutate, employ, second),
    urlOf: (name) => platform.config.databaseUrl(name),
    run,
    subscribe,
    async place({ guest, outletId }) {
      const orderId = await placeOrder(mutate, guest, outletId);
      return { orderId, paymentId: await pay(mutate, guest, orderId, 'CASH') };
    },
    async pay({ barista }, { paymentId }) {
      await mutate('payment', barista, 'confirmCashPayment', { paymentId }, 'payment');
    },
    async count({ manager, outletId }) {
      // The level of an item on a shelf is what the scale says.
      const item = CATALOGUE.stockItems.find((one) => one.outletId === outletId && one.shelf === null);
      const stockItemId = item?.id ?? '';
      // Every other count is below the reorder point, so that it warns.
      counted += 1;
      const countedOnHand = counted % 2 === 0 ? counted : 0;
      const input = { stockItemId, countedOnHand, reason: words('alasan'), ...once() };
      await mutate('stock', manager, 'adjustStock', { input }, 'stockItem');
    },
    startGateway: startGatewayInFront,
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await Promise.all(SUBGRAPH_NAMES.map((name) => subgraphs[name].stop()));
      await midtrans.stop();
      await server.stop();
      await Promise.all(SUBGRAPH_NAMES.map((name) => pools[name].end()));
      await platform.drop();
      await rm(keys, { recursive: true, force: true });
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}

const drink = CATALOGUE.menuItems.find(({ isLimited, season }) => !isLimited && season === null);

const menuItemId = drink?.id ?? '';
const words = (kind: string) => `${kind} ${newId()}`;
const once = () => ({ idempotencyKey: newId() });
const lineOfDrink = () => ({ menuItemId, quantity: 1, note: words('catatan') });

function placeOrder(mutate: Mutate, guest: Person, outletId: string): Promise<string> {
  return mutate(
    'order',
    guest,
    'placeOrder',
    { input: { outletId, lines: [lineOfDrink()], ...once() } },
    'order',
  );
}

/** Once the copies of the order have arrived. */
function pay(mutate: Mutate, guest: Person, orderId: string, method: string): Promise<string> {
  const input = { orderId, method, ...once() };
  return eventually(() => mutate('payment', guest, 'payOrder', { input }, 'payment'));
}

/** A till with the cash of an order that staff took, and a day that is closed. */
async function counter(
  mutate: Mutate,
  { barista, manager, outletId }: Pick<Tenant, 'barista' | 'manager' | 'outletId'>,
  timeZone: string,
): Promise<{ id: string; closedDay: string }> {
  const openTill = { input: { outletId, float: 100_000, drawer: words('laci').slice(0, 40) } };
  const id = await mutate('payment', barista, 'openTill', openTill, 'till');
  const guest = { name: words('tamu'), table: words('meja').slice(0, 20) };
  const placing = { input: { outletId, lines: [lineOfDrink()], guest, ...once() } };
  const orderId = await mutate('order', barista, 'placeOrder', placing, 'order');
  const paymentId = await pay(mutate, barista, orderId, 'CASH');
  await mutate('payment', barista, 'confirmCashPayment', { paymentId }, 'payment');
  const put = { tillId: id, kind: 'CASH_IN', amount: 1_000, reason: words('alasan'), ...once() };
  await mutate('payment', barista, 'recordCash', { input: put }, 'till');
  // So that the clock closes no other one meanwhile.
  const closedDay = addDays(todayIn(timeZone), -1);
  await mutate('payment', manager, 'dailyClose', { outletId, day: closedDay }, 'dailyClose');
  return { id, closedDay };
}

/** A supplier of the franchise, an order to it of which a part has come, and what of that was thrown away, sent to another outlet or counted. */
async function orderSupplies(
  mutate: Mutate,
  { manager, owner, outletId, franchiseId }: Pick<Tenant, 'manager' | 'owner' | 'outletId' | 'franchiseId'>,
): Promise<Pick<Tenant, 'supplierId' | 'purchaseOrderId' | 'transferId' | 'stockCountId'>> {
  const item = CATALOGUE.stockItems.find((one) => one.outletId === outletId && one.shelf !== null);
  const { id: stockItemId = '', ingredientId = '' } = item ?? {};
  const price = { ingredientId, packSize: 10, price: 5_000, reference: words('nomor') };
  const supplier = {
    ...{ franchiseId, name: words('pemasok'), email: `${newId()}@kedai.test`, phone: '+6281234567890' },
    prices: [price],
  };
  const supplierId = await mutate('stock', owner, 'createSupplier', { input: supplier }, 'supplier');
  const order = { outletId, supplierId, lines: [{ stockItemId, quantity: 20 }], note: words('catatan') };
  const id = await mutate(
    'stock',
    manager,
    'createPurchaseOrder',
    { input: { ...order, ...once() } },
    'purchaseOrder',
  );
  await mutate('stock', manager, 'approvePurchaseOrder', { id }, 'purchaseOrder');
  await mutate('stock', manager, 'sendPurchaseOrder', { id }, 'purchaseOrder');
  // Soon, and later than what staff are notified of: that would come by the clock.
  const bestBefore = addDays(todayIn('Asia/Jakarta'), 5);
  const lines = [{ stockItemId, quantity: 5, bestBefore, note: words('catatan') }];
  const input = { outletId, purchaseOrderId: id, lines, ...once() };
  await mutate('stock', manager, 'receiveDelivery', { input }, 'delivery');
  const thrown = { stockItemId, quantity: 1, reason: words('alasan'), ...once() };
  await mutate('stock', manager, 'recordWaste', { input: thrown }, 'stockItem');
  const sister = CATALOGUE.outlets.find((one) => one.franchiseId === franchiseId && one.id !== outletId);
  const sent = { fromStockItemId: stockItemId, toOutletId: sister?.id, quantity: 1, note: words('catatan') };
  const transferId = await mutate(
    'stock',
    manager,
    'transferStock',
    { input: { ...sent, ...once() } },
    'transfer',
  );
  const counting = { outletId, note: words('catatan'), ...once() };
  const stockCountId = await mutate('stock', manager, 'startStockCount', { input: counting }, 'stockCount');
  const entries = [{ stockItemId, countedOnHand: 3 }];
  await mutate(
    'stock',
    manager,
    'enterStockCount',
    { input: { countId: stockCountId, entries, ...once() } },
    'stockCount',
  );
  return { supplierId, purchaseOrderId: id, transferId, stockCountId };
}

/** @param mutate answers the id at the path, in the payload of a mutation that must succeed. */
async function live(
  mutate: Mutate,
  employ: Employ,
  outlet: { id: string; franchiseId: string; timeZone: string },
): Promise<Tenant> {
  const { id: outletId, franchiseId, timeZone } = outlet;
  const [guest, barista, manager, owner] = [
    await signUp(mutate),
    await employ(await signUp(mutate), { role: 'BARISTA', outletId, franchiseId }),
    await employ(await signUp(mutate), { role: 'MANAGER', outletId, franchiseId }),
    await employ(await signUp(mutate), { role: 'OWNER', outletId: null, franchiseId }),
  ];
  const webhook = { url: `https://127.0.0.1:9/${newId()}`, eventTypes: ['order.placed', 'order.paid'] };
  const webhookId = await mutate('messages', manager, 'createWebhook', { input: webhook }, 'webhook');
  const schedule = {
    ...{ name: words('jadwal'), action: 'SALES_REPORT', rule: 'FREQ=YEARLY', timeZone: 'UTC' },
    scope: { outletId },
  };
  const scheduleId = await mutate('messages', manager, 'createSchedule', { input: schedule }, 'schedule');
  await mutate('messages', manager, 'runScheduleNow', { id: scheduleId }, 'run');
  const because = () => ({ reason: words('alasan'), ...once() });
  const place = () => placeOrder(mutate, guest, outletId);
  const step = (mutation: string, orderId: string) =>
    eventually(() => mutate('order', barista, mutation, { orderId }, 'order'));

  const orderId = await place();
  const paymentId = await pay(mutate, guest, orderId, 'GOPAY');
  await step('startPreparing', orderId);
  await step('markReady', orderId);
  const money = (mutation: string, input: object, path: string) =>
    mutate('payment', manager, mutation, { input }, path);
  await money('refundPayment', { paymentId, amount: 1_000, ...because() }, 'refund');
  const disputeId = await money('openDispute', { paymentId, amount: 1_000, ...because() }, 'dispute');
  await money('submitDisputeEvidence', { disputeId, text: words('bukti') }, 'dispute');

  const paidOrderId = await place();
  const cashPaymentOfPaid = await pay(mutate, guest, paidOrderId, 'CASH');
  await mutate('payment', barista, 'confirmCashPayment', { paymentId: cashPaymentOfPaid }, 'payment');
  const cashOrderId = await place();
  const cashPaymentId = await pay(mutate, guest, cashOrderId, 'CASH');
  const unpaidOrderId = await place();

  const { id: tillId, closedDay } = await counter(mutate, { barista, manager, outletId }, timeZone);

  const cartLineId = await mutate(
    'order',
    guest,
    'addToCart',
    { input: { outletId, ...lineOfDrink() } },
    'cart',
    'lines',
    0,
  );
  const endsAt = new Date(Date.now() + 86_400_000).toISOString();
  const promotionId = await mutate(
    'menu',
    manager,
    'createPromotion',
    {
      input: { name: words('Promo'), percent: 10, menuItemIds: [menuItemId], outletIds: [outletId], endsAt },
    },
    'promotion',
  );
  const invitationId = await mutate(
    'customer',
    manager,
    'inviteStaff',
    { input: { email: `${newId()}@kedai.test`, role: 'BARISTA', outletId } },
    'invitation',
  );
  const stockItem = CATALOGUE.stockItems.find((item) => item.outletId === outletId && item.shelf !== null);
  const stockItemId = stockItem?.id ?? '';
  const { supplierId, purchaseOrderId, transferId, stockCountId } = await orderSupplies(mutate, {
    manager,
    owner,
    outletId,
    franchiseId,
  });
  const delivery = { outletId, supplier: words('pemasok'), reference: words('surat') };
  const delivered = [{ stockItemId, quantity: 5 }];
  await mutate(
    'stock',
    manager,
    'receiveDelivery',
    { input: { ...delivery, lines: delivered, ...once() } },
    'delivery',
  );
  await mutate(
    'stock',
    manager,
    'adjustStock',
    { input: { stockItemId, countedOnHand: 7, ...because() } },
    'stockItem',
  );
  return {
    ...{ outletId, franchiseId, guest, barista, manager, owner },
    ...{ orderId, paidOrderId, unpaidOrderId, paymentId, cashPaymentId, disputeId, cartLineId },
    ...{ promotionId, invitationId },
    ...{ stockItemId, shelfId: stockItem?.shelf?.id ?? '', tillId, closedDay, supplierId, purchaseOrderId },
    ...{ transferId, stockCountId, webhookId, scheduleId },
  };
}

type Mutate = (
  subgraph: SubgraphName,
  identity: Identity,
  mutation: string,
  variables: object,
  ...path: readonly (string | number)[]
) => Promise<string>;

/** As if the person had accepted the role: what a token says of them then. */
type Employ = (person: Person, role: RoleGrant) => Promise<Person>;

/** A new person with an account. */
async function signUp(mutate: Mutate): Promise<Person> {
  const account = { email: `${newId()}@kedai.test`, password: 'kedai-demo', phone: '+6281234567890' };
  const customerId = await mutate(
    'customer',
    { customerId: null, roles: [] },
    'signUp',
    { input: { ...account, name: `Nama ${newId()}` } },
    'session',
    'customer',
  );
  return { customerId, roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }] };
}

function idAt(result: ExecutionResult, ...path: readonly (string | number)[]): string {
  let value: unknown = result.data;
  for (const key of [...path, 'id'])
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof value !== 'string') throw new Error(`Nothing at ${path.join('.')}: ${JSON.stringify(result)}`);
  return value;
}
