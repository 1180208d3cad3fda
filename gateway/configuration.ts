/**
 * Reads a gateway's options from the environment. In front of Kedai's own supergraph it needs the keys that verify access tokens
 * and sign identities; in front of any other ("alone") it needs nothing but the source of that supergraph.
 */
import { join } from 'node:path';
import type { SupergraphManager } from '@apollo/gateway';
import { z } from 'zod';
import type { Bus } from '../platform/bus/bus.js';
import { type Config, ConfigurationError, type Environment, SUBGRAPH_NAMES } from '../platform/config.js';
import type { TokenVerifierOptions } from '../platform/identity/access-token.js';
import { readPublicKeys } from '../platform/identity/keys.js';
import { subgraphTokens } from '../platform/identity/subgraph-token.js';
import type { Log } from '../platform/log.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { subscribeToInvalidations } from '../platform/subgraph/invalidation.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { type HeaderRuleSettings, headerRulesSchema } from './clients/header-rules.js';
import type { UpstreamLimits } from './clients/http.js';
import type { SubgraphTarget } from './clients/targets.js';
import type { GatewayLimits, GatewayOptions } from './options.js';
import type { AttemptBounds } from './pipeline/guess-limits.js';
import type { RateLimitOptions } from './pipeline/rate-limits.js';
import type { CounterStores } from './pipeline/shared-counters.js';
import { TrustedDocuments } from './pipeline/trusted-documents.js';
import { overridesByHeader } from './supergraph/overrides.js';

const DEFAULT_PORT = 4000;

const targetsSchema = z.array(
  z
    .object({ name: z.string().min(1), url: z.url(), ws: z.url().optional(), sse: z.url().optional() })
    .strict()
    .refine(({ ws, sse }) => ws === undefined || sse === undefined),
);

/** What is the same for all callers with the same roles: it holds no data of a person. */
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

/** Each event carries the current state, so the latest one suffices. */
const LEVEL_FIELDS = ['stockLevelChanged', 'kitchenQueueChanged'];

/** Mutations that check a password, and hash one for every attempt. */
const ATTEMPT_LIMITS = ['signIn', 'signUp'].map((field) => ({
  field,
  account: ['input', 'email'],
  succeeded: 'session',
}));

/** They identify the caller by a password or a refresh token instead of an access token. */
const SESSION_MUTATIONS = ['signIn', 'signUp', 'refreshSession'];

/** Routes of subgraphs that are served at the gateway's address, wherever the subgraph runs. */
const PUBLIC_ROUTES = [
  { subgraph: 'payment', method: 'POST', path: '/webhooks/midtrans' },
  { subgraph: 'payment', method: 'POST', path: '/webhooks/xendit' },
  { subgraph: 'customer', method: 'GET', path: '/.well-known/jwks.json' },
] as const;

/**
 * @param local the subgraphs in this process; the others are reached at their URLs.
 * @param platform shared by the gateways of a fleet for rate limits and invalidations; undefined: each is on its own.
 * @throws ConfigurationError naming what is missing or wrong.
 */
export async function gatewayOptions(
  config: Config,
  log: Log,
  local: readonly RunningSubgraph[] = [],
  platform?: CounterStores & { readonly bus: Bus },
): Promise<GatewayOptions> {
  const { environment } = config;
  const isKedai = !isAlone(environment);
  if (isKedai && config.isProduction) requireSecrets(config, local);
  const secret = environment.SUBGRAPH_SECRET;
  return {
    host: config.host,
    port: environment.PORT ?? DEFAULT_PORT,
    supergraphFile: environment.SUPERGRAPH_FILE ?? join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'),
    supergraphManager: await supergraphManagerOf(config),
    subgraphs: targetsOf(config, local),
    signIn: await signInOf(config),
    subgraphTokens: secret === undefined ? undefined : subgraphTokens(secret),
    introspection: config.introspection,
    corsOrigins: corsOriginsOf(config),
    headerRules: headerRulesOf(config),
    followChanges: platform && ((changed) => subscribeToInvalidations(platform.bus, 'menu', changed)),
    overrideLabel:
      environment.OVERRIDE_LABELS_HEADER === undefined
        ? undefined
        : overridesByHeader(environment.OVERRIDE_LABELS_HEADER),
    trustedProxies: environment.TRUSTED_PROXIES,
    trustedDocuments:
      environment.TRUSTED_DOCUMENTS === undefined
        ? undefined
        : await TrustedDocuments.read(environment.TRUSTED_DOCUMENTS),
    limits: limitsOf(config),
    rateLimits: rateLimitsOf(config, platform),
    attemptBounds: attemptBoundsOf(config),
    upstreamLimits: upstreamLimitsOf(config),
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
  if (environment.RATE_LIMIT === 'off') return undefined;
  return given({
    requestsPerSecond: environment.REQUESTS_PER_SECOND,
    windowSeconds: environment.REQUESTS_WINDOW_SECONDS,
    costPerSecond: environment.COST_PER_SECOND,
    streamsPerAddress: environment.STREAMS_PER_ADDRESS,
    streams: environment.STREAMS,
    stores,
  });
}

/** Every limit has a setting: one that is added without does not compile. */
function limitsOf({ environment }: Config): Partial<GatewayLimits> {
  const limits: Record<keyof GatewayLimits, number | undefined> = {
    bodyBytes: environment.LIMIT_BODY_BYTES,
    tokens: environment.LIMIT_TOKENS,
    depth: environment.LIMIT_DEPTH,
    aliases: environment.LIMIT_ALIASES,
    rootFields: environment.LIMIT_ROOT_FIELDS,
    mutationFields: environment.LIMIT_MUTATION_FIELDS,
    directives: environment.LIMIT_DIRECTIVES,
    fragments: environment.LIMIT_FRAGMENTS,
    selections: environment.LIMIT_SELECTIONS,
    nesting: environment.LIMIT_NESTING,
    values: environment.LIMIT_VALUES,
    pageSize: environment.LIMIT_PAGE_SIZE,
    cost: environment.LIMIT_COST,
    errors: environment.LIMIT_ERRORS,
    messageBytes: environment.LIMIT_MESSAGE_BYTES,
    operations: environment.LIMIT_SOCKET_OPERATIONS,
    bufferedBytes: environment.LIMIT_UNREAD_BYTES,
  };
  return given(limits);
}

function attemptBoundsOf({ environment }: Config): Partial<AttemptBounds> {
  const bounds: Record<keyof AttemptBounds, number | undefined> = {
    failuresPerAccount: environment.FAILED_SIGN_INS_PER_ACCOUNT,
    failuresPerAccountSeconds: environment.FAILED_SIGN_INS_PER_ACCOUNT_SECONDS,
    failuresPerAddress: environment.FAILED_SIGN_INS_PER_ADDRESS,
    failuresPerAddressSeconds: environment.FAILED_SIGN_INS_PER_ADDRESS_SECONDS,
    attemptsPerAddress: environment.SIGN_INS_PER_ADDRESS,
    attemptsPerAddressSeconds: environment.SIGN_INS_PER_ADDRESS_SECONDS,
  };
  return given(bounds);
}

function upstreamLimitsOf({ environment }: Config): Partial<UpstreamLimits> {
  const seconds = environment.UPSTREAM_TIMEOUT_SECONDS;
  const limits: Record<keyof UpstreamLimits, number | undefined> = {
    connections: environment.UPSTREAM_CONNECTIONS,
    waiting: environment.UPSTREAM_WAITING,
    timeoutMilliseconds: seconds === undefined ? undefined : seconds * 1_000,
    answerBytes: environment.UPSTREAM_ANSWER_BYTES,
  };
  return given(limits);
}

function headerRulesOf({ environment: { HEADER_RULES: setting } }: Config): HeaderRuleSettings | undefined {
  if (setting === undefined) return undefined;
  const parsed = headerRulesSchema.safeParse(jsonOf(setting));
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw new ConfigurationError(
    `HEADER_RULES must be JSON such as {"request":[{"propagate":"x-tenant"}]}: ${problem?.path.join('.')} ${problem?.message}.`,
  );
}

type Given<Settings> = { readonly [Name in keyof Settings]?: Exclude<Settings[Name], undefined> };

/** The settings that are set: the others must not override their defaults. */
function given<Settings extends object>(settings: Settings): Given<Settings> {
  const set: Given<Settings> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) Object.assign(set, { [name]: value });
  }
  return set;
}

/** No cookie identifies a caller, so in development pages of every origin may send requests. */
function corsOriginsOf({ environment, isProduction }: Config): string[] {
  const origins = environment.CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return origins.length === 0 && !isProduction ? ['*'] : origins;
}

function requireSecrets(config: Config, local: readonly RunningSubgraph[]): void {
  if (config.environment.JWKS_URL === undefined) {
    config.required('JWT_PUBLIC_KEY_FILE', 'it, or JWKS_URL, says how access tokens are verified');
  }
  if (SUBGRAPH_NAMES.some((name) => !local.some((subgraph) => subgraph.name === name))) {
    config.required('SUBGRAPH_SECRET', 'it signs the identity that subgraphs elsewhere trust');
  }
}

async function signInOf({ environment }: Config): Promise<TokenVerifierOptions | undefined> {
  const { JWKS_URL, JWT_PUBLIC_KEY_FILE, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = environment;
  // Another issuer may leave out the type of its tokens; Kedai's own key signs none without.
  if (JWKS_URL !== undefined) return { keys: new URL(JWKS_URL), issuer, audience };
  if (JWT_PUBLIC_KEY_FILE === undefined) return undefined;
  const requiresType = !isAlone(environment);
  return { keys: await readPublicKeys(JWT_PUBLIC_KEY_FILE), issuer, audience, requiresType };
}

/** Whether the gateway serves another supergraph than Kedai's own. */
export function isAlone({ SUPERGRAPH, SUPERGRAPH_FILE }: Environment): boolean {
  return SUPERGRAPH !== 'file' || SUPERGRAPH_FILE !== undefined;
}

/** `@apollo/gateway` is loaded only where it supplies the supergraph. */
async function supergraphManagerOf(config: Config): Promise<SupergraphManager | undefined> {
  const { SUPERGRAPH, SUPERGRAPH_POLL_SECONDS, SUBGRAPHS } = config.environment;
  if (SUPERGRAPH === 'file') return undefined;
  const { introspection, uplink } = await import('./apollo/supergraph-manager.js');
  if (SUPERGRAPH === 'introspection') {
    config.required('SUBGRAPHS', 'they are introspected for the supergraph');
    return introspection(declaredTargets(SUBGRAPHS), SUPERGRAPH_POLL_SECONDS);
  }
  const why = 'Uplink delivers the supergraph by it';
  return uplink(config.required('APOLLO_KEY', why), config.required('APOLLO_GRAPH_REF', why));
}

function targetsOf(config: Config, local: readonly RunningSubgraph[]): Map<string, SubgraphTarget> {
  const targets = new Map<string, SubgraphTarget>();
  for (const name of SUBGRAPH_NAMES) {
    const url = config.subgraphUrl(name);
    if (url !== undefined) targets.set(name, { url: graphqlUrl(url) });
  }
  for (const { name, url, ws, sse } of declaredTargets(config.environment.SUBGRAPHS)) {
    targets.set(name, { url, webSocketUrl: ws, eventStreamUrl: sse });
  }
  for (const subgraph of local) targets.set(subgraph.name, { subgraph });
  return targets;
}

function declaredTargets(setting: string | undefined): z.infer<typeof targetsSchema> {
  if (setting === undefined) return [];
  const parsed = targetsSchema.safeParse(jsonOf(setting));
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    'SUBGRAPHS must be a JSON list such as [{"name":"menu","url":"http://…/graphql","ws":"ws://…/graphql"}], with "ws" or "sse" for subscriptions, not both.',
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
