/** `npm run bench -- <name> [--json FILE]`: measures one thing, prints a table, and writes the figures to FILE. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commit, machine } from './machine.js';
import type { Bench, BenchOptions, BenchResult, Figure } from './result.js';

const BENCHES: Readonly<Record<string, { what: string; load: () => Promise<{ bench: Bench }> }>> = {
  gateway: {
    what: 'requests/s and latency of the gateway, beside its peers',
    load: () => import('./gateway/bench.js'),
  },
  orders: {
    what:
      'orders accepted/s, and how soon stock is promised; with --history N, over a tenth of N orders and over N; ' +
      'with --beside FOLDER, processor time an order of two checkouts in turn',
    load: () => import('./orders/bench.js'),
  },
  'flash-sale': {
    what: 'reservations/s of one item, beside the naive way',
    load: () => import('./flash-sale/bench.js'),
  },
  fanout: {
    what: 'deliveries/s and latency of one event to ten thousand sockets',
    load: () => import('./fanout/bench.js'),
  },
  outbox: {
    what: 'events/s from the outbox to their listeners',
    load: () => import('./outbox/bench.js'),
  },
  backlog: {
    what: 'how soon orders settle that were taken while stock was away (--orders N, default 60,000)',
    load: () => import('./backlog/bench.js'),
  },
  schedules: {
    what: 'a hundred thousand schedules due in one minute',
    load: () => import('./schedules/bench.js'),
  },
  report: {
    what: "a year's sales by month over ten million orders (--orders N)",
    load: () => import('./report/bench.js'),
  },
  replay: {
    what: 'events/s of a history verified and rebuilt, beside reading it (--orders N, default 170,000)',
    load: () => import('./replay/bench.js'),
  },
  search: {
    what: 'searches of a menu of 5,000 items',
    load: () => import('./menu-search/bench.js'),
  },
  replenishment: {
    what: 'suggested orders to suppliers over generated years, against refilling when low and an oracle',
    load: () => import('./replenishment/bench.js'),
  },
  forecast: {
    what: 'forecasts of generated days by outlet and item, beside seasonal naive and an oracle; series/s',
    load: () => import('./forecast/bench.js'),
  },
  customers: {
    what: "a chain's report about customers over ten million orders (--orders N); with --csv FILE, BG/NBD fitted to customers of a file, beside the published parameters of CDNOW",
    load: () => import('./customers/bench.js'),
  },
  ingest: {
    what:
      'shelf readings/s from publish to level, with both brokers; with --exactly-once, whether each is applied once ' +
      'while devices repeat and disorder them and processes are killed',
    load: () => import('./ingest/bench.js'),
  },
  messages: {
    what: 'mails/s and pushes/s from rows that are due to a mail server and a push service, beside what these take',
    load: () => import('./messages/bench.js'),
  },
  scale: {
    what: 'orders completed by a fleet of one, two and four processes of each unit, what each costs by unit, and what more orders a day take',
    load: () => import('./scale/bench.js'),
  },
  screens: {
    what: 'first load of the screens, how soon they show what happens, and what they stand',
    load: () => import('./screens/bench.js'),
  },
};

const HELP = `Measures one thing and prints a table.

  npm run bench -- <name> [--json FILE] [--orders N] [--history N] [--beside FOLDER] [--csv FILE] [--exactly-once]

${Object.entries(BENCHES)
  .map(([name, { what }]) => `  ${name.padEnd(12)} ${what}`)
  .join('\n')}
`;

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'string' },
    orders: { type: 'string' },
    history: { type: 'string' },
    beside: { type: 'string' },
    csv: { type: 'string' },
    'exactly-once': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
const [name = ''] = positionals;
const chosen = BENCHES[name];
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (chosen === undefined) {
  process.stderr.write(`${name === '' ? 'Name a bench' : `There is no bench ${name}`}.\n\n${HELP}`);
  process.exit(1);
}

const options = {
  ...countOf('orders'),
  ...countOf('history'),
  exactlyOnce: values['exactly-once'],
  ...(values.beside === undefined ? {} : { beside: resolve(values.beside) }),
  ...(values.csv === undefined ? {} : { csv: resolve(values.csv) }),
};

const { bench } = await chosen.load();
const result = await bench((progress) => process.stderr.write(`${progress}\n`), options);
process.stdout.write(`\n${name}, commit ${commit()}, on ${machine()}\n\n${table(result)}\n`);
if (values.json !== undefined) {
  await writeFile(
    values.json,
    `${JSON.stringify({ name, commit: commit(), machine: machine(), ...withTargets(result) }, null, 2)}\n`,
  );
}
process.exit(0);

function countOf(option: 'orders' | 'history'): BenchOptions {
  const given = values[option];
  if (given === undefined) return {};
  const count = Number(given);
  if (!(Number.isInteger(count) && count > 0)) {
    process.stderr.write(`--${option} takes a whole number above 0.\n`);
    process.exit(1);
  }
  return { [option]: count };
}

/** Every figure has the same keys: `target` is null where nothing is aimed at. */
function withTargets({ figures, peers }: BenchResult) {
  const whole = (some: BenchResult['figures']) =>
    Object.fromEntries(
      Object.entries(some).map(([figure, { value, unit, target = null }]) => [
        figure,
        { value, unit, target },
      ]),
    );
  return {
    figures: whole(figures),
    peers: Object.fromEntries(Object.entries(peers).map(([peer, some]) => [peer, whole(some)])),
  };
}

function table({ figures, peers }: BenchResult): string {
  const rows = Object.entries(figures).map(([figure, { value, unit, target }]) => [
    figure,
    `${round(value)} ${unit}`,
    target === undefined ? '' : `target ${target} ${unit}`,
  ]);
  for (const [peer, itsFigures] of Object.entries(peers)) {
    for (const [figure, { value, unit }] of Object.entries(itsFigures))
      rows.push([`${figure} (${peer})`, `${round(value)} ${unit}`, '']);
  }
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: Figure['value']): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
