/** The gateways that are measured, and how each is started: Kedai's as `npm run unit -- gateway` starts it, and its peers. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { SignedInGuests } from './guests.js';
import type { Command } from './pinned-process.js';
import type { Scene } from './scene.js';

export interface Surroundings {
  readonly scene: Scene;
  readonly supergraphFile: string;
  /** The same with its access directives. */
  readonly guardedSupergraphFile: string;
  readonly guests: SignedInGuests;
  /** Where the stored answers are. */
  readonly upstream: string;
}

export interface Place extends Surroundings {
  readonly port: number;
}

export interface Contender {
  readonly name: string;
  readonly path: string;
  command(place: Place): Command;
  /** Default: each client has its own `Authorization`, so that single-flight gains nothing. */
  authorization?(request: number, surroundings: Surroundings): string | undefined;
}

const PEERS = join(PROJECT_FOLDER, 'bench/peers');
const BUILT = join(PROJECT_FOLDER, 'dist');

/** The flags that `npm run unit` passes to Node. */
function unitArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  const [, ...given] = String(scripts.unit).split(' ');
  return given;
}

function kedai(port: number, supergraphFile: string, more: Readonly<Record<string, string>> = {}): Command {
  return {
    arguments: [...unitArguments(), 'gateway'],
    environment: {
      PORT: String(port),
      HOST: '127.0.0.1',
      SUPERGRAPH_FILE: supergraphFile,
      SUBGRAPHS: '[]',
      RATE_LIMIT: 'off',
      ...more,
    },
    folder: PROJECT_FOLDER,
  };
}

export const OURS: Contender = {
  name: 'kedai',
  path: '/graphql',
  command: ({ port, supergraphFile }) => kedai(port, supergraphFile),
};

/** Verifies callers, and enforces the supergraph's access directives. */
export const OURS_GUARDED: Contender = {
  name: 'kedai, access checks on',
  path: '/graphql',
  command: ({ port, guardedSupergraphFile, guests }) =>
    kedai(port, guardedSupergraphFile, guests.environment),
  authorization: (request, { guests }) => guests.authorization(request),
};

/** The same operations from anonymous visitors. */
export const OURS_SHARED: Contender = {
  ...OURS,
  name: 'kedai, anonymous',
  authorization: () => undefined,
};

export const FLOOR: Contender = {
  name: 'one-fetch proxy (the floor)',
  path: '/',
  command: ({ port, upstream }) => ({
    arguments: [join(BUILT, 'bench/gateway/floor.js')],
    environment: { PORT: String(port), UPSTREAM: upstream },
  }),
};

const HIVE = join(PEERS, 'node_modules/@graphql-hive/gateway/dist/bin.js');

function hive(name: string, ...more: readonly string[]): Contender {
  return {
    name,
    path: '/graphql',
    command: ({ port, supergraphFile }) => ({
      arguments: [
        HIVE,
        'supergraph',
        supergraphFile,
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--fork',
        '1',
        ...more,
      ],
      environment: { LOG_LEVEL: 'error' },
      folder: PEERS,
    }),
  };
}

export const PLAIN: Contender = {
  name: '@apollo/gateway',
  path: '/',
  command: ({ port, supergraphFile }) => ({
    arguments: [join(PEERS, 'apollo.mjs')],
    environment: { PORT: String(port), SUPERGRAPH_FILE: supergraphFile, APOLLO_TELEMETRY_DISABLED: 'true' },
    folder: PEERS,
  }),
};

export const HIVES: readonly Contender[] = [
  hive('@graphql-hive/gateway'),
  hive('@graphql-hive/gateway, Rust planner', '--hive-router-runtime'),
];

/** Installs the peers, once. They are not part of the project. */
export async function installPeers(report: (progress: string) => void): Promise<void> {
  if (existsSync(HIVE)) return;
  report('installing the peers below bench/peers (once; a few minutes)');
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: PEERS,
  });
}
