/**
 * Reads a gateway's options from the environment. In front of Kedai's own supergraph it needs the keys that verify access tokens
 * and sign identities; in front of any other ("alone") it needs nothing but the source of that supergraph.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SupergraphManager } from '@apollo/gateway';
import type { Bus } from '../platform/bus/bus.js';
import { type Config, DEFAULT_PORT, jsonOf, listOf } from '../platform/config.js';
import type { Route } from '../platform/http/server.js';
import type { TokenVerifierOptions } from '../platform/identity/access-token.js';
import { DOCUMENT_PATHS } from '../platform/identity/document-links.js';
import { readPublicKeys } from '../platform/identity/keys.js';
import { subgraphTokens } from '../platform/identity/subgraph-token.js';
import type { Log } from '../platform/log.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { subscribeToInvalidations } from '../platform/subgraph/invalidation.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { type HeaderRuleSettings, headerRulesSchema } from './clients/header-rules.js';
import type { UpstreamLimits } from './clients/http.js';
import type { SubgraphTarget } from './clients/targets.js';
import { type DemoAccounts, kedaiStory } from './explorer/story.js';
import { SESSION_OPERATIONS } from './http/session-operations.js';
import type { GatewayLimits, GatewayOptions } from './options.js';
import { linkPageRoutes } from './pages/link-pages.js';
import { PAGE_OPERATIONS } from './pages/operations.js';
import type { AttemptBounds } from './pipeline/guess-limits.js';
import type { RateLimitOptions } from './pipeline/rate-limits.js';
import type { CounterStores } from './pipeline/shared-counters.js';
import { type ListedDocument, readManifest, TrustedDocuments } from './pipeline/trusted-documents.js';
import { aboutRoute } from './screens/about.js';
import { screenRoutes } from './screens/screens.js';
import { declaredTargets, type GatewaySettings, gatewaySettings, isAlone } from './settings.js';
import { overridesByHeader } from './supergraph/overrides.js';

const SCREENS_FOLDER = join(PROJECT_FOLDER, 'dist', 'web');

/**
 * What is the same for all callers with the same roles: what staff see of their outlets. Types of the person that somebody is, such as
 * `Customer`, are none of it. An `Order` or `Payment` may also be the caller's own, but not by these subscriptions.
 */
const SHARED_BY_ROLE = [
  'Subscription.availabilityChanged',
  'Subscription.kitchenQueueChanged',
  'Subscription.lowStock',
  'Subscription.ordersChanged',
  'Subscription.paymentsChanged',
  'Subscription.salesChanged',
  'Subscription.shelfHealthChanged',
  'Subscription.stockLevelChanged',
  'AvailabilityChange',
  'KitchenQueueChange',
  'OrderChange',
  'PaymentChange',
  'SalesChange',
  'ShelfHealthChange',
  'StockAlert',
  'StockLevelChange',
  'Availability',
  'Order',
  'OrderGuest',
  'OrderLine',
  'OrderLineOption',
  'OrderLineOptionGroup',
  'OrderStatusEntry',
  'Payment',
  'Tax',
  'StockItem',
  'Shelf',
  'ShelfHealth',
  'Ingredient',
  'Outlet',
  'Franchise',
  'MenuItem',
  'Money',
];

/** Each event carries the current state, so the latest one suffices. */
const LEVEL_FIELDS = [
  'stockLevelChanged',
  'kitchenQueueChanged',
  'salesChanged',
  'availabilityChanged',
  'shelfHealthChanged',
];

/** Mutations that check a password, and hash one for every attempt; and one that sends mail to whomever it names. */
const ATTEMPT_LIMITS = [
  { field: 'signIn', account: ['input', 'email'], succeeded: 'session', isLockedBySubgraph: true },
  { field: 'signUp', account: ['input', 'email'], succeeded: 'session' },
  { field: 'requestPasswordReset', account: ['email'], succeeded: null },
];

/** They identify the caller by a password, a refresh token or the token of a link instead of an access token. */
const SESSION_MUTATIONS = [
  ...['signIn', 'signUp', 'refreshSession', 'requestPasswordReset', 'resetPassword'],
  ...['acceptInvitation', 'verifyEmail', 'unsubscribe'],
];

/** Routes of subgraphs that are served at the gateway's address, wherever the subgraph runs. */
interface PublicRoute {
  readonly subgraph: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Not in production. */
  readonly isForDevelopment?: true;
  /** Requests for it count for their address, as operations do. */
  readonly isLimited?: true;
}

const PUBLIC_ROUTES: readonly PublicRoute[] = [
  { subgraph: 'payment', method: 'POST', path: '/webhooks/midtrans' },
  { subgraph: 'payment', method: 'POST', path: '/webhooks/xendit' },
  { subgraph: 'payment', method: 'GET', path: DOCUMENT_PATHS.receipt, isLimited: true },
  { subgraph: 'payment', method: 'GET', path: DOCUMENT_PATHS.creditNote, isLimited: true },
  { subgraph: 'customer', method: 'GET', path: '/.well-known/jwks.json' },
  { subgraph: 'messages', method: 'POST', path: '/unsubscribe' },
  { subgraph: 'messages', method: 'GET', path: '/mail', isForDevelopment: true },
];

/** The subgraphs that Kedai is made of. */
export interface KedaiSubgraphs {
  /** All of them. Those that run elsewhere are found by `<NAME>_URL`, `SUBGRAPHS` or the supergraph. */
  readonly names: readonly string[];
  /** Those of this process. */
  readonly local: readonly RunningSubgraph[];
  /** Of the demo chain, where its accounts may sign in. */
  readonly demo?: DemoAccounts | undefined;
}

const NONE: KedaiSubgraphs = { names: [], local: [] };

/**
 * @param platform shared by the gateways of a fleet for rate limits and invalidations; undefined: each is on its own.
 * @throws ConfigurationError naming what is missing or wrong.
 */
export async function gatewayOptions(
  config: Config,
  log: Log,
  { names, local, demo }: KedaiSubgraphs = NONE,
  platform?: CounterStores & { readonly bus: Bus },
): Promise<GatewayOptions> {
  const { environment } = config;
  const settings = config.settings(gatewaySettings);
  const isKedai = !isAlone(config);
  if (isKedai && config.isProduction) requireSecrets(config, { names, local });
  const secret = environment.SUBGRAPH_SECRET;
  const introspection =
    settings.INTROSPECTION === undefined ? !config.isProduction : settings.INTROSPECTION === 'on';
  return {
    host: config.host,
    port: environment.PORT ?? DEFAULT_PORT,
    supergraphFile: settings.SUPERGRAPH_FILE ?? join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'),
    supergraphManager: await supergraphManagerOf(config),
    subgraphs: targetsOf(config, { names, local }),
    signIn: await signInOf(config),
    revocations: isKedai ? { subgraph: 'customer', bus: platform?.bus } : undefined,
    sessions: isKedai ? { subgraph: 'customer' } : undefined,
    subgraphTokens: secret === undefined ? undefined : subgraphTokens(secret),
    introspection,
    screens: isKedai ? await screensOf({ hasExplorers: introspection, demo }) : undefined,
    story: isKedai && (demo !== undefined || !config.isProduction) ? kedaiStory(demo) : undefined,
    corsOrigins: corsOriginsOf(config),
    headerRules: headerRulesOf(settings),
    onInvalidation: platform && ((invalidate) => subscribeToInvalidations(platform.bus, 'menu', invalidate)),
    overrideLabel:
      settings.OVERRIDE_LABELS_HEADER === undefined
        ? undefined
        : overridesByHeader(settings.OVERRIDE_LABELS_HEADER),
    trustedProxies: settings.TRUSTED_PROXIES,
    trustedDocuments:
      settings.TRUSTED_DOCUMENTS === undefined
        ? undefined
        : await TrustedDocuments.read(
            settings.TRUSTED_DOCUMENTS,
            isKedai ? [...ownDocuments(), ...(await screenDocuments())] : [],
          ),
    documents: isKedai ? await screenDocuments() : [],
    limits: limitsOf(settings),
    rateLimits: rateLimitsOf(settings, platform),
    attemptBounds: attemptBoundsOf(settings),
    upstreamLimits: upstreamLimitsOf(settings),
    ...(isKedai && publicRoutes(local, config.isProduction)),
    ready: async () => void (await Promise.all(local.map((subgraph) => subgraph.ready()))),
    ...(isKedai
      ? {
          sharedByRole: SHARED_BY_ROLE,
          conflatedSubscriptions: LEVEL_FIELDS,
          attemptLimits: ATTEMPT_LIMITS,
          sessionMutations: SESSION_MUTATIONS,
          largeBodies: { scope: 'settlements:import', mutations: ['importSettlement'] },
        }
      : {}),
    production: config.isProduction,
    // They say how much a chain sells, so in production the public address does not show them.
    servesMetrics: !config.isProduction && config.environment.METRICS_PORT === undefined,
    log,
  };
}

/** With the screens goes what their start page says of this system; where they were not built there is neither. */
function ownDocuments(): ListedDocument[] {
  const bodies = [...Object.values(PAGE_OPERATIONS), ...Object.values(SESSION_OPERATIONS)];
  return bodies.map((body) => ({ id: body, body }));
}

/** The operations of the built screens, which `npm run codegen` lists; none where the screens were not built. */
async function screenDocuments(): Promise<readonly ListedDocument[]> {
  const file = join(SCREENS_FOLDER, 'persisted-documents.json');
  return existsSync(file) ? readManifest(file) : [];
}

async function screensOf(about: Parameters<typeof aboutRoute>[0]): Promise<Route[]> {
  const screens = await screenRoutes(SCREENS_FOLDER);
  return screens.length === 0 ? [] : [...screens, await aboutRoute(about)];
}

function rateLimitsOf(settings: GatewaySettings, stores?: CounterStores): RateLimitOptions | undefined {
  if (settings.RATE_LIMIT === 'off') return undefined;
  return given({
    requestsPerSecond: settings.REQUESTS_PER_SECOND,
    windowSeconds: settings.REQUESTS_WINDOW_SECONDS,
    costPerSecond: settings.COST_PER_SECOND,
    streamsPerAddress: settings.STREAMS_PER_ADDRESS,
    streams: settings.STREAMS,
    stores,
  });
}

/** Every limit has a setting: one that is added without does not compile. */
function limitsOf(settings: GatewaySettings): Partial<GatewayLimits> {
  const limits: Record<keyof GatewayLimits, number | undefined> = {
    bodyBytes: settings.LIMIT_BODY_BYTES,
    largeBodyBytes: settings.LIMIT_LARGE_BODY_BYTES,
    tokens: settings.LIMIT_TOKENS,
    depth: settings.LIMIT_DEPTH,
    aliases: settings.LIMIT_ALIASES,
    rootFields: settings.LIMIT_ROOT_FIELDS,
    mutationFields: settings.LIMIT_MUTATION_FIELDS,
    directives: settings.LIMIT_DIRECTIVES,
    fragments: settings.LIMIT_FRAGMENTS,
    selections: settings.LIMIT_SELECTIONS,
    nesting: settings.LIMIT_NESTING,
    values: settings.LIMIT_VALUES,
    pageSize: settings.LIMIT_PAGE_SIZE,
    cost: settings.LIMIT_COST,
    errors: settings.LIMIT_ERRORS,
    messageBytes: settings.LIMIT_MESSAGE_BYTES,
    operations: settings.LIMIT_SOCKET_OPERATIONS,
    bufferedBytes: settings.LIMIT_UNREAD_BYTES,
  };
  return given(limits);
}

function attemptBoundsOf(settings: GatewaySettings): Partial<AttemptBounds> {
  const bounds: Record<keyof AttemptBounds, number | undefined> = {
    failuresPerAccount: settings.FAILED_SIGN_INS_PER_ACCOUNT,
    failuresPerAccountSeconds: settings.FAILED_SIGN_INS_PER_ACCOUNT_SECONDS,
    failuresPerAddress: settings.FAILED_SIGN_INS_PER_ADDRESS,
    failuresPerAddressSeconds: settings.FAILED_SIGN_INS_PER_ADDRESS_SECONDS,
    attemptsPerAddress: settings.SIGN_INS_PER_ADDRESS,
    attemptsPerAddressSeconds: settings.SIGN_INS_PER_ADDRESS_SECONDS,
  };
  return given(bounds);
}

function upstreamLimitsOf(settings: GatewaySettings): Partial<UpstreamLimits> {
  const seconds = settings.UPSTREAM_TIMEOUT_SECONDS;
  const limits: Record<keyof UpstreamLimits, number | undefined> = {
    connections: settings.UPSTREAM_CONNECTIONS,
    waiting: settings.UPSTREAM_WAITING,
    timeoutMilliseconds: seconds === undefined ? undefined : seconds * 1_000,
    answerBytes: settings.UPSTREAM_ANSWER_BYTES,
  };
  return given(limits);
}

function headerRulesOf({ HEADER_RULES: setting }: GatewaySettings): HeaderRuleSettings | undefined {
  return setting === undefined ? undefined : headerRulesSchema.parse(jsonOf(setting));
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

/** A cookie identifies a caller from the own origin alone, so in development pages of every origin may send requests. */
function corsOriginsOf(config: Config): string[] {
  const origins = listOf(config.settings(gatewaySettings).CORS_ORIGINS);
  return origins.length === 0 && !config.isProduction ? ['*'] : origins;
}

function requireSecrets(config: Config, { names, local }: KedaiSubgraphs): void {
  if (config.settings(gatewaySettings).JWKS_URL === undefined) {
    config.required('JWT_PUBLIC_KEY_FILE', 'it, or JWKS_URL, says how access tokens are verified');
  }
  if (local.length === 0 || names.some((name) => !local.some((subgraph) => subgraph.name === name))) {
    config.required('SUBGRAPH_SECRET', 'it signs the identity that subgraphs elsewhere trust');
  }
}

async function signInOf(config: Config): Promise<TokenVerifierOptions | undefined> {
  const { JWKS_URL } = config.settings(gatewaySettings);
  const { JWT_PUBLIC_KEY_FILE, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config.environment;
  // Another issuer may leave out the type of its tokens; Kedai's own key signs none without.
  if (JWKS_URL !== undefined) return { keys: new URL(JWKS_URL), issuer, audience };
  if (JWT_PUBLIC_KEY_FILE === undefined) return undefined;
  const requiresType = !isAlone(config);
  return { keys: await readPublicKeys(JWT_PUBLIC_KEY_FILE), issuer, audience, requiresType };
}

/** `@apollo/gateway` is loaded only where it supplies the supergraph. */
async function supergraphManagerOf(config: Config): Promise<SupergraphManager | undefined> {
  const { SUPERGRAPH, SUPERGRAPH_POLL_SECONDS, SUBGRAPHS } = config.settings(gatewaySettings);
  if (SUPERGRAPH === 'file') return undefined;
  const { introspection, uplink } = await import('./apollo/supergraph-manager.js');
  if (SUPERGRAPH === 'introspection') {
    config.required('SUBGRAPHS', 'they are introspected for the supergraph');
    return introspection(declaredTargets(SUBGRAPHS), SUPERGRAPH_POLL_SECONDS);
  }
  const why = 'Uplink delivers the supergraph by it';
  return uplink(config.required('APOLLO_KEY', why), config.required('APOLLO_GRAPH_REF', why));
}

function targetsOf(config: Config, { names, local }: KedaiSubgraphs): Map<string, SubgraphTarget> {
  const targets = new Map<string, SubgraphTarget>();
  for (const name of names) {
    const url = config.subgraphUrl(name);
    if (url !== undefined) targets.set(name, { url: graphqlUrl(url) });
  }
  for (const { name, url, ws, sse } of declaredTargets(config.settings(gatewaySettings).SUBGRAPHS)) {
    targets.set(name, { url, webSocketUrl: ws, eventStreamUrl: sse });
  }
  for (const subgraph of local) targets.set(subgraph.name, { subgraph });
  return targets;
}

function publicRoutes(
  local: readonly RunningSubgraph[],
  isProduction: boolean,
): Pick<GatewayOptions, 'routes' | 'forwarded' | 'limitedPaths'> {
  const here = new Map(local.map(({ name, routes }) => [name, routes]));
  const served = PUBLIC_ROUTES.filter(({ isForDevelopment }) => !isProduction || isForDevelopment !== true);
  return {
    routes: [
      ...linkPageRoutes(),
      ...served.flatMap(
        ({ subgraph, path }) => here.get(subgraph)?.filter((route) => route.path === path) ?? [],
      ),
    ],
    forwarded: served.filter(({ subgraph }) => !here.has(subgraph)),
    limitedPaths: served.filter(({ isLimited }) => isLimited === true).map(({ path }) => path),
  };
}

/** `MENU_URL` may name the unit or its endpoint. */
function graphqlUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/graphql';
  return parsed.href;
}
