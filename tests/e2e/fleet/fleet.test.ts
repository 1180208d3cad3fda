/** The fleet that docker-compose.yml describes, on real Redis and mosquitto, passes the story and shuts down cleanly. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeFleetSecrets } from '../../../deploy/fleet-secrets.js';
import { type LocalFleet, startLocalFleet } from '../../../deploy/local-fleet/local-fleet.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import { FrontEnd } from '../../support/front-end.js';
import { describeNeeding } from '../../support/program.js';
import { eventually } from '../../support/wait.js';
import { orderADrink } from '../order-a-drink/story.js';

describeNeeding('mosquitto')('a fleet of units, each a process', () => {
  let fleet: LocalFleet;
  beforeAll(async () => {
    fleet = await startLocalFleet();
  });
  afterAll(async () => {
    await fleet?.stop();
  });

  it("serves a guest who orders, pays and watches, and applies a scale's reading, while messages is away", async () => {
    await fleet.units.get('messages')?.stop();
    await orderADrink(fleet);
    const hq = await new FrontEnd(fleet.url).signIn('hq@kedai.test');
    const mails = '{ mails { totalCount } }';
    expect(await hq.codes(mails)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    await fleet.units.get('messages')?.start();
    await eventually(async () => expect(await hq.codes(mails)).toEqual([]));
  });

  it("carries a client's trace context through gateway, remote subgraph, event and consumer", async () => {
    const rina = await new FrontEnd(fleet.url).signIn('rina@kedai.test');
    const trace = {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
      tracestate: 'congo=t61rcWkgMzE',
    };
    const { outlets } = await rina.execute<{ outlets: { nodes: { id: string }[] } }>(
      '{ outlets(first: 1) { nodes { id } } }',
    );
    const [outlet] = outlets.nodes;
    const { menu } = await rina.execute<{ menu: { nodes: { id: string }[] } }>(
      'query ($id: ID!) { menu(outletId: $id, first: 1) { nodes { id } } }',
      { id: outlet?.id },
    );
    const { placeOrder } = await rina
      .with(trace)
      .execute<{ placeOrder: { order: { id: string } } }>(
        'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }',
        {
          input: {
            outletId: outlet?.id,
            lines: [{ menuItemId: menu.nodes[0]?.id, quantity: 1 }],
            idempotencyKey: 'traced',
          },
        },
      );
    const placed = await eventsOf('order', placeOrder.order.id, 1);
    // Stock answers in the trace of the order whose event it consumed.
    const answered = await eventsOf('stock', placeOrder.order.id, 1);
    const cause = { correlationId: '4bf92f3577b34da6a3ce929d0e0e4736', ...trace };
    for (const { metadata } of [...placed, ...answered]) expect(metadata).toEqual(cause);
  });

  async function eventsOf(subgraph: SubgraphName, aggregateId: string, atLeast: number) {
    const client = new pg.Client({ connectionString: fleet.databaseUrl(subgraph) });
    await client.connect();
    try {
      return await eventually(async () => {
        const { rows } = await client.query<{ metadata: object }>(
          "SELECT metadata FROM outbox WHERE aggregate_id = $1 AND type <> 'order.cancelled'",
          [aggregateId],
        );
        expect(rows.length).toBeGreaterThanOrEqual(atLeast);
        return rows;
      });
    } finally {
      await client.end();
    }
  }

  it('serves the pages behind links, and no mailbox in production', async () => {
    const statusOf = async (path: string) => (await fetch(fleet.url.replace('/graphql', path))).status;
    expect(await Promise.all(['/reset', '/invitation', '/verify'].map(statusOf))).toEqual([200, 200, 200]);
    expect(await statusOf('/mail')).toBe(404);
  });

  it("refuses requests that are not the gateway's", async () => {
    const environment = execFileSync('cat', [`/proc/${fleet.units.get('order')?.pid}/environ`], {
      encoding: 'utf8',
    });
    const port = /(?:^|\0)PORT=(\d+)/.exec(environment)?.[1];
    const answer = await new FrontEnd(`http://127.0.0.1:${port}/graphql`).answer('{ _service { sdl } }');
    expect(answer).toMatchObject({
      status: 401,
      data: null,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('shuts each unit down cleanly on SIGTERM', async () => {
    const exitCodes = await fleet.stop();
    expect([...exitCodes.values()].every((exitCode) => exitCode === 0)).toBe(true);
    expect([...exitCodes.keys()]).toEqual(
      expect.arrayContaining([
        'gateway',
        'customer',
        'menu',
        'order',
        'stock',
        'payment',
        'messages',
        'ingest',
      ]),
    );
  });
});

describeNeeding('docker-compose')('docker-compose.yml', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-compose-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The services of the file with the secrets made by `npm run fleet:secrets`, by name. */
  async function servicesOf(
    demo: boolean,
  ): Promise<Record<string, { environment?: object; profiles?: string[] }>> {
    const secrets = join(folder, String(demo));
    await mkdir(secrets);
    await makeFleetSecrets(secrets, { demo });
    const variables = parseEnv(await readFile(join(secrets, '.env'), 'utf8'));
    const config = execFileSync('docker-compose', ['config'], {
      cwd: PROJECT_FOLDER,
      env: { PATH: process.env.PATH, ...variables },
      encoding: 'utf8',
    });
    return parse(config).services;
  }

  it('starts a chain of one’s own: no demo, no simulator', async () => {
    const services = await servicesOf(false);
    // Compose 1 shows services of every profile, Compose 2 those of the profiles that are on.
    expect(services['payment-simulators']?.profiles ?? ['demo']).toEqual(['demo']);
    for (const name of ['migrate', 'customer', 'stock', 'ingest']) {
      expect(services[name]?.environment).toMatchObject({ DEMO: 'off' });
    }
    expect(services.payment?.environment).toMatchObject({ PAYMENT_SIMULATORS: 'off', MIDTRANS_BASE_URL: '' });
  });

  it('starts the demo by its profile', async () => {
    const services = await servicesOf(true);
    expect(services['payment-simulators']?.environment).toMatchObject({ PAYMENT_SIMULATORS: 'on' });
    expect(services.migrate?.environment).toMatchObject({ DEMO: 'on' });
    expect(services.payment?.environment).toMatchObject({
      MIDTRANS_BASE_URL: 'http://payment-simulators:4008',
      XENDIT_BASE_URL: 'http://payment-simulators:4009',
    });
  });
});
