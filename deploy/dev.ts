/**
 * `npm run dev`: all of Kedai, each unit in a process of its own, watched. A change of code compiles the file and restarts the units that run it,
 * a change of a schema composes the supergraph, one of a database's schema or migrations generates its client and migrates. The databases and
 * all other units stay as they are. The screens are served by Vite, which shows their changes by itself. What does not compile, compose or
 * start is printed, and the next change tries again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../platform/database/embedded.js';
import { requireFreePort } from '../platform/http/server.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { consequencesOf } from './dev/changes.js';
import { readCodeGraph } from './dev/code-graph.js';
import { compile } from './dev/compile.js';
import { DevUnit, Spares } from './dev/dev-unit.js';
import { startDevScreens } from './dev/screens.js';
import { watchFiles } from './dev/watch-files.js';
import { type Lifetime, runUntilSignal } from './lifetime.js';
import { stablePort } from './local-fleet/stable-port.js';
import { seconds, showProgress } from './progress.js';
import { readSettings } from './settings.js';
import { UNIT_NAMES, UNIT_PORTS, type UnitName } from './units.js';

const HELP = `Starts all of Kedai, and serves what changes.

  npm run dev                keeps its data in .data (DATA_DIR), as npm start does
  PORT=5000 npm run dev      serves there; every other port gives way by itself

A change in gateway/, subgraphs/, platform/ or deploy/ restarts the units that run it; one in schema/ composes the supergraph; one in prisma/
migrates; one in web/ is shown by Vite, at the address that is printed. Types are checked by npm run check.
`;

/** A unit of which several ports are used one after the other. */
const PORTS_A_UNIT = 3;
/** Restarted at once: two processors compile and start two. */
const RESTARTS_AT_ONCE = 3;

const write = (text: string): void => void process.stdout.write(text);
const progress = showProgress(write);

async function dev(lifetime: Lifetime): Promise<void> {
  if (parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } }).values.help) {
    write(HELP);
    process.exit(0);
  }
  let config = readSettings(process.env);
  const port = config.environment.PORT ?? UNIT_PORTS.gateway;
  await requireFreePort({ port, host: config.host });
  write(`Kedai starts in ${config.dataDirectory}\n`);
  if (config.environment.DATABASE_URL === undefined) {
    const folder = join(config.dataDirectory, 'postgres');
    const server = await progress.step('Embedded PostgreSQL', () => startEmbeddedPostgres({ folder }));
    lifetime.keep(server);
    config = config.with({ DATABASE_URL: server.url });
  }
  const environment = await environmentOf(port, config.required('DATABASE_URL', 'the databases'));
  await progress.step('Databases', () => run('dist/deploy/migrate.js', ['--demo'], environment.gateway));
  let graph = await readCodeGraph(PROJECT_FOLDER);
  const spares = new Spares(graph.packages);
  lifetime.keep({ stop: async () => spares.stop() });
  const units = new Map(
    UNIT_NAMES.map((name) => {
      const print = (line: string) => write(`${line}\n`);
      return [name, new DevUnit({ name, environment: environment[name], spares, write: print })] as const;
    }),
  );
  lifetime.keep({
    stop: async () => void (await Promise.all([...units.values()].map((unit) => unit.stop()))),
  });
  await progress.step('Units', () => restart(units, UNIT_NAMES));
  const screens = lifetime.keep(await startDevScreens(`http://localhost:${port}`));

  const watcher = await watchFiles(PROJECT_FOLDER, async (changed) => {
    const startedAt = performance.now();
    const { code, composes, migrates, units: affected } = consequencesOf(changed, graph);
    if (code.length + affected.length === 0) return;
    try {
      if (migrates) {
        await run('prisma/generate.mjs', []);
        await run('deploy/prepare.mjs', ['--without-screens']);
        await run('dist/deploy/migrate.js', ['--demo'], environment.gateway);
      }
      await compile(PROJECT_FOLDER, code);
      if (composes) await run('dist/schema/compose.js', []);
      await restart(units, affected);
      const took = seconds(performance.now() - startedAt);
      write(`${changed.join(', ')}: ${affected.join(', ') || 'nothing'} restarted in ${took}\n`);
      // What is generated for the compiler is not waited for.
      if (composes) await run('dist/schema/codegen.js', []);
      graph = await readCodeGraph(PROJECT_FOLDER);
    } catch (error) {
      write(`${error instanceof Error ? error.message : error}\n`);
    }
    spares.refill();
  });
  lifetime.keep(watcher);
  spares.refill();
  const mqttUrl = units.get('ingest')?.addresses.split(' ')[0] ?? '';
  write(`\nScreens, as they change: ${screens.url}\nCtrl-C stops it.\n`);
  write(`Ready: http://localhost:${port}/graphql ws://localhost:${port}/graphql ${mqttUrl}\n`);
}

async function restart(units: ReadonlyMap<UnitName, DevUnit>, names: readonly UnitName[]): Promise<void> {
  const open = [...names];
  const work = async () => {
    for (let name = open.shift(); name !== undefined; name = open.shift()) {
      const isReady = await units.get(name)?.restart();
      if (!isReady) write(`${name} has ended: the next change starts it again\n`);
    }
  };
  await Promise.all(Array.from({ length: RESTARTS_AT_ONCE }, work));
}

/** What each unit is configured by: the gateway's port is the caller's, all others give way. */
async function environmentOf(
  port: number,
  databaseUrl: string,
): Promise<Readonly<Record<UnitName, Readonly<Record<string, string>>>>> {
  const ports = new Map<UnitName, number>([['gateway', port]]);
  for (const name of UNIT_NAMES) if (!ports.has(name)) ports.set(name, await stablePort(PORTS_A_UNIT));
  const simulators = ports.get('payment-simulators') ?? 0;
  const shared = {
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: process.env.PUBLIC_URL ?? `http://localhost:${port}`,
    CALLBACK_ORIGIN: `http://localhost:${port}`,
    MIDTRANS_BASE_URL: process.env.MIDTRANS_BASE_URL ?? `http://localhost:${simulators + 1}`,
    XENDIT_BASE_URL: process.env.XENDIT_BASE_URL ?? `http://localhost:${simulators + 2}`,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    ...Object.fromEntries(
      SUBGRAPH_NAMES.map((name) => [
        `${name.toUpperCase()}_URL`,
        `http://localhost:${ports.get(name)}/graphql`,
      ]),
    ),
  };
  const of = (name: UnitName) => ({ ...shared, PORT: String(ports.get(name)) });
  return {
    gateway: of('gateway'),
    customer: of('customer'),
    menu: of('menu'),
    order: of('order'),
    stock: of('stock'),
    payment: of('payment'),
    messages: of('messages'),
    ingest: of('ingest'),
    'payment-simulators': of('payment-simulators'),
  };
}

/** @throws Error with what the program printed. */
async function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT_FOLDER,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} failed:\n${printed.trim()}`);
}

runUntilSignal(dev);
