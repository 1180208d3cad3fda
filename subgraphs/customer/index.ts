/** The customer unit: accounts, sessions and roles, loyalty, notifications; and the public keys of its access tokens. */
import type { Config } from '../../platform/config.js';
import { SettingsCopy } from '../../platform/copies/settings-copy.js';
import { findConsumers } from '../../platform/events/find-consumers.js';
import { type Route, sendJson } from '../../platform/http/server.js';
import { readSigningKey } from '../../platform/identity/keys.js';
import { linkTokens } from '../../platform/identity/link-token.js';
import { sealing } from '../../platform/identity/sealing.js';
import { pruneIdempotencyKeys } from '../../platform/kit/idempotency.js';
import { startPruning } from '../../platform/kit/pruning.js';
import { defaultSettings } from '../../platform/outlet-settings/defaults.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startPasswordResets } from './background/password-resets.js';
import { startRevocations } from './background/revocations.js';
import { createContext, type Services } from './context.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { hasDemoAccounts } from './operations/demo-accounts.js';
import { resolvers } from './resolvers/resolvers.js';
import { type AttemptBounds, customerSettings } from './settings.js';
import { pruneLinks } from './store/account-links.js';
import { openCustomerDatabase } from './store/database.js';
import { pruneAttempts } from './store/failed-attempts.js';
import { pruneRevocations } from './store/revocations.js';

export async function startCustomer(platform: Platform): Promise<RunningSubgraph> {
  const { config, bus, log } = platform;
  const signingKey = await readSigningKey(
    config.required('JWT_PRIVATE_KEY_FILE', 'the key that access tokens are signed with'),
  );
  const secret = config.required(
    'SUBGRAPH_SECRET',
    'one-time links and the secrets of second factors depend on it',
  );
  const database = openCustomerDatabase(config.databaseUrl('customer'), bus);
  const copy = await SettingsCopy.open('customer', {
    ...{ pool: database.pool, bus, log, defaults: defaultSettings(config) },
  });
  const { settings } = copy;
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config.environment;
  const passwordResets = startPasswordResets(database, log);
  const services: Services = {
    ...{ database, bus, signingKey, passwordResets, settings },
    tokenParties: { issuer, audience },
    accessTokenSeconds: config.settings(customerSettings).ACCESS_TOKEN_SECONDS,
    linkTokens: linkTokens(secret),
    factorSealing: sealing(secret, 'second factors'),
    attemptBounds: attemptBoundsOf(config),
    hasDemo: config.hasDemo,
  };
  if (!config.hasDemo && (await hasDemoAccounts(database))) {
    log.warn('the database holds the demo chain: its accounts and shelves may sign in only with DEMO=on');
  }
  const publicKeys: Route = {
    method: 'GET',
    path: '/.well-known/jwks.json',
    handle: (_request, response) =>
      sendJson(response.setHeader('cache-control', 'public, max-age=300'), 200, signingKey.jwks),
  };
  return startSubgraph(platform, {
    name: 'customer',
    schema: buildSchema('customer', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), {
      database,
      settings,
      log,
    }),
    retiredConsumers: ['customer.guests'],
    background: [
      copy,
      passwordResets,
      startRevocations(database, bus, log),
      startPruning(
        'customer',
        [
          () => pruneIdempotencyKeys(database.pool),
          () => pruneLinks(database),
          () => pruneAttempts(database),
          () => pruneRevocations(database),
        ],
        log,
      ),
    ],
    routes: [publicKeys],
    context: (call) => createContext(services, call),
  });
}

function attemptBoundsOf(config: Config): AttemptBounds | undefined {
  const settings = config.settings(customerSettings);
  if (settings.RATE_LIMIT === 'off') return undefined;
  return {
    failures: settings.FAILED_SIGN_INS_PER_ACCOUNT,
    windowSeconds: settings.FAILED_SIGN_INS_PER_ACCOUNT_SECONDS,
  };
}
