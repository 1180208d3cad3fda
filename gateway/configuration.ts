/**
 * A gateway's options from the environment. Alone in front of somebody else's subgraphs it needs `SUPERGRAPH_FILE` and
 * nothing more; in front of Kedai's own it is told how tokens are verified and identities are signed.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Bus } from '../platform/bus/bus.js';
import { type Config, ConfigurationError, SUBGRAPH_NAMES } from '../platform/config.js';
import { readPublicKeys } from '../platform/identity/keys.js';
import { subgraphTokens } from '../platform/identity/subgraph-token.js';
import type { Log } from '../platform/log.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { followChanges } from '../platform/subgraph/changes.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import type { SubgraphTarget } from './clients/targets.js';
import type { GatewayOptions } from './options.js';
import type { RateLimitOptions } from './pipeline/rate-limits.js';
import type { CounterStores } from './pipeline/shared-counters.js';
import type { SignInOptions } from './pipeline/token.js';
import { TrustedDocuments } from './pipeline/trusted-documents.js';

const DEFAULT_PORT = 4000;

const targetsSchema = z.array(
  z.object({ name: z.string().min(1), url: z.url(), ws: z.url().optional() }).strict(),
);

/** What of Kedai answers alike to all who hold the same roles; none of it is of a person. */
const SHARED_BY_ROLE = [
  'Subscription.stockLevelChanged',
  'Subscription.lowStock',
  'StockLevelChange',
  'StockAlert',
  'StockItem',
  'Shelf',
  'Ingredient',
  'Outlet',
  'Franchise',
  'MenuItem',
  'Money',
];

/** Each event tells how things stand, so the last one is enough. */
const LEVEL_FIELDS = ['stockLevelChanged', 'kitchenQueueChanged'];

/** Where passwords are guessed, and hashed. */
const ATTEMPT_LIMITS = ['signIn', 'signUp'].map((field) => ({
  field,
  account: ['input', 'email'],
  succeeded: 'session',
}));

/** They take a password or a refresh token, and no access token. */
const SESSION_MUTATIONS = ['signIn', 'signUp', 'refreshSession'];

/** HTTP of subgraphs that has the gateway's address, wherever the subgraph runs. */
const PUBLIC_ROUTES = [
  { subgraph: 'payment', method: 'POST', path: '/webhooks/midtrans' },
  { subgraph: 'payment', method: 'POST', path: '/webhooks/xendit' },
  { subgraph: 'customer', method: 'GET', path: '/.well-known/jwks.json' },
] as const;

/**
 * @param local the subgraphs of this process; the others are found by their URLs.
 * @param platform where the gateways of a fleet count together and hear of changes; alone, each is for itself.
 * @throws ConfigurationError naming what is missing or wrong.
 */
export async function gatewayOptions(
  config: Config,
  log: Log,
  local: readonly RunningSubgraph[] = [],
  platform?: CounterStores & { readonly bus: Bus },
): Promise<GatewayOptions> {
  const { environment } = config;
  const isKedai = environment.SUPERGRAPH_FILE === undefined;
  if (isKedai && config.isProduction) requireSecrets(config, local);
  const secret = environment.SUBGRAPH_SECRET;
  return {
    host: config.host,
    port: environment.PORT ?? DEFAULT_PORT,
    supergraphFile: environment.SUPERGRAPH_FILE ?? join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'),
    subgraphs: targetsOf(config, local),
    signIn: await signInOf(config),
    subgraphTokens: secret === undefined ? undefined : subgraphTokens(secret),
    introspection: config.introspection,
    corsOrigins: corsOriginsOf(config),
    followChanges: platform && ((changed) => followChanges(platform.bus, 'menu', changed)),
    trustedProxies: environment.TRUSTED_PROXIES,
    trustedDocuments:
      environment.TRUSTED_DOCUMENTS === undefined
        ? undefined
        : await TrustedDocuments.read(environment.TRUSTED_DOCUMENTS),
    rateLimits: rateLimitsOf(config, platform),
    ...(isKedai && publicRoutes(local)),
    ready: async () => void (await Promise.all(local.map((subgraph) => subgraph.ready()))),
    ...(isKedai
      ? {
          sharedByRole: SHARED_BY_ROLE,
          conflatedSubscriptions: LEVEL_FIELDS,
          attemptLimits: ATTEMPT_LIMITS,
          sessionMutations: SESSION_MUTATIONS,
        }
      : {}),
    production: config.isProduction,
    log,
  };
}

function rateLimitsOf({ environment }: Config, stores?: CounterStores): RateLimitOptions | undefined {
  const { RATE_LIMIT, STREAMS_PER_ADDRESS: streamsPerAddress, STREAMS: streams } = environment;
  return RATE_LIMIT === 'on' ? { streamsPerAddress, streams, ...(stores && { stores }) } : undefined;
}

/** No cookie signs anybody in, so in development every page may call. */
function corsOriginsOf({ environment, isProduction }: Config): string[] {
  const given = environment.CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return given.length === 0 && !isProduction ? ['*'] : given;
}

function requireSecrets(config: Config, local: readonly RunningSubgraph[]): void {
  if (config.environment.JWKS_URL === undefined) {
    config.required('JWT_PUBLIC_KEY_FILE', 'it, or JWKS_URL, says how access tokens are verified');
  }
  if (SUBGRAPH_NAMES.some((name) => !local.some((subgraph) => subgraph.name === name))) {
    config.required('SUBGRAPH_SECRET', 'it signs the identity that subgraphs elsewhere trust');
  }
}

async function signInOf({ environment }: Config): Promise<SignInOptions | undefined> {
  const { JWKS_URL, JWT_PUBLIC_KEY_FILE, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = environment;
  if (JWKS_URL !== undefined) return { keys: new URL(JWKS_URL), issuer, audience };
  if (JWT_PUBLIC_KEY_FILE === undefined) return undefined;
  return { keys: await readPublicKeys(JWT_PUBLIC_KEY_FILE), issuer, audience };
}

function targetsOf(config: Config, local: readonly RunningSubgraph[]): Map<string, SubgraphTarget> {
  const targets = new Map<string, SubgraphTarget>();
  for (const name of SUBGRAPH_NAMES) {
    const url = config.subgraphUrl(name);
    if (url !== undefined) targets.set(name, { url: graphqlUrl(url) });
  }
  for (const { name, url, ws } of declaredTargets(config.environment.SUBGRAPHS)) {
    targets.set(name, { url, webSocketUrl: ws });
  }
  for (const subgraph of local) targets.set(subgraph.name, { subgraph });
  return targets;
}

function declaredTargets(setting: string | undefined): z.infer<typeof targetsSchema> {
  if (setting === undefined) return [];
  const parsed = targetsSchema.safeParse(jsonOf(setting));
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    'SUBGRAPHS must be a JSON list such as [{"name":"menu","url":"http://…/graphql","ws":"ws://…/graphql"}].',
  );
}

function publicRoutes(local: readonly RunningSubgraph[]): Pick<GatewayOptions, 'routes' | 'forwarded'> {
  const here = new Map(local.map(({ name, routes }) => [name, routes]));
  return {
    routes: PUBLIC_ROUTES.flatMap(
      ({ subgraph, path }) => here.get(subgraph)?.filter((route) => route.path === path) ?? [],
    ),
    forwarded: PUBLIC_ROUTES.filter(({ subgraph }) => !here.has(subgraph)),
  };
}

/** `MENU_URL` may name the unit or its endpoint. */
function graphqlUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/graphql';
  return parsed.href;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
