/** The fleet that docker-compose.yml describes, on real Redis and mosquitto, tells the story and ends cleanly. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalFleet, startLocalFleet } from '../../../deploy/local-fleet/local-fleet.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { FrontEnd } from '../../support/front-end.js';
import { describeNeeding } from '../../support/program.js';
import { orderADrink } from '../order-a-drink/story.js';

describeNeeding('mosquitto')('a fleet of seven units, each a process', () => {
  let fleet: LocalFleet;
  beforeAll(async () => {
    fleet = await startLocalFleet();
  });
  afterAll(async () => {
    await fleet?.stop();
  });

  it('lets a guest order, pay and watch, and a scale be read', async () => {
    await orderADrink(fleet);
  });

  it('answers who is not the gateway with nothing', async () => {
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

  it('ends each unit cleanly when asked', async () => {
    const exitCodes = await fleet.stop();
    expect([...exitCodes.values()].every((exitCode) => exitCode === 0)).toBe(true);
    expect([...exitCodes.keys()]).toEqual(
      expect.arrayContaining(['gateway', 'customer', 'menu', 'order', 'stock', 'payment', 'ingest']),
    );
  });
});

describeNeeding('docker-compose')('docker-compose.yml', () => {
  it('is accepted by docker-compose', () => {
    const environment = {
      PATH: process.env.PATH,
      ...Object.fromEntries(VARIABLES.map((name) => [name, 'x'])),
    };
    expect(() =>
      execFileSync('docker-compose', ['config', '-q'], {
        cwd: PROJECT_FOLDER,
        env: environment,
        stdio: 'pipe',
      }),
    ).not.toThrow();
  });
});

const VARIABLES = [
  'POSTGRES_PASSWORD',
  'MQTT_PASSWORD',
  'SUBGRAPH_SECRET',
  'MIDTRANS_SERVER_KEY',
  'XENDIT_SECRET_KEY',
  'XENDIT_CALLBACK_TOKEN',
];
