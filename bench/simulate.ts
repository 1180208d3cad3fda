/**
 * `npm run simulate`: drives a running system like a day in the chain. Guests order and pay, kitchens prepare and hand out,
 * scales publish over MQTT the weights that remain. Ends after `--minutes`, or on Ctrl-C.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FrontEnd } from '../tests/support/front-end.js';
import { startGuests } from './simulate/guests.js';
import { startKitchens } from './simulate/kitchens.js';
import { startShelves } from './simulate/shelves.js';
import { Tally } from './simulate/tally.js';

const HELP = `Drives a running system like a day in the chain.

  npm run simulate -- [options]

  --url URL             the gateway             http://localhost:4000/graphql
  --mqtt URL            the shelves' broker     mqtt://localhost:1883
  --orders N            orders a minute         60
  --readings N          shelf readings a second 20
  --outlets N           outlets that are open   5
  --minutes N           how long                5
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:4000/graphql' },
    mqtt: { type: 'string', default: 'mqtt://localhost:1883' },
    orders: { type: 'string', default: '60' },
    readings: { type: 'string', default: '20' },
    outlets: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

try {
  const visitor = new FrontEnd(values.url);
  const headOffice = await visitor.signIn('hq@kedai.test');
  const { outlets } = await visitor.execute<{ outlets: { nodes: { id: string; name: string }[] } }>(
    'query ($first: Int) { outlets(first: $first) { nodes { id name } } }',
    { first: rate('outlets') },
  );
  const tally = new Tally();
  const { signal } = ending;
  const outletIds = outlets.nodes.map(({ id }) => id);
  const parts = [
    await startGuests({ visitor, outletIds, perMinute: rate('orders'), tally, signal }),
    startKitchens({ headOffice, outletIds, tally, signal }),
    await startShelves({
      headOffice,
      outletIds,
      mqttUrl: values.mqtt,
      perSecond: rate('readings'),
      tally,
      signal,
    }),
  ];
  process.stdout.write(`${outlets.nodes.map(({ name }) => name).join(', ')} are open.\n`);
  const endsAt = Date.now() + rate('minutes') * 60_000;
  while (!signal.aborted && Date.now() < endsAt) {
    await sleep(Math.min(2_000, endsAt - Date.now()), undefined, { signal }).catch(() => undefined);
    process.stdout.write(`${tally.line()}\n`);
  }
  ending.abort();
  await Promise.all(parts.map(({ ended }) => ended));
  process.stdout.write(`The day is over: ${tally.line()}\n`);
} catch (error) {
  process.stderr.write(`${values.url} cannot be driven: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function rate(name: 'orders' | 'readings' | 'outlets' | 'minutes'): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
}
