/** The servers that units require to start, and how each is probed. The gateway does not require Redis: it has limits of its own. */
import { Redis } from 'ioredis';
import pg from 'pg';
import { declaredTargets, gatewaySettings } from '../gateway/settings.js';
import { type Config, ConfigurationError, type SettingProblem } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { isConnectionFailure } from '../platform/sql/connection-failure.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/names.js';
import { type BrokerAddress, outsideBroker } from '../subgraphs/stock/ingest/broker/tls.js';
import type { UnitName } from './units.js';

type DatabaseName = SubgraphName | 'platform';

export interface NeededServer {
  /** For messages. */
  readonly name: string;
  /** @throws ConfigurationError when it refuses the credentials, another Error while it cannot be reached. */
  reach(): Promise<void>;
}

const ANSWER_MILLISECONDS = 5_000;
const UNKNOWN_DATABASE = '3D000';
/** MQTT 5, table 2-6: bad user name or password, not authorized; and 3.1.1's codes of the same. */
const MQTT_REFUSALS = [0x86, 0x87, 4, 5];
/** Another kind of server, or a proxy with no Redis behind it: the start waits, and says so. */
const ENDED_UNANSWERED = /EPIPE|ECONNRESET|Connection is closed/;
const REDIS_REFUSALS = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR) /;

/** Databases that the units need and that are not configured. */
export function missingDatabases(config: Config, units: readonly UnitName[]): SettingProblem[] {
  if (config.environment.DATABASE_URL !== undefined) return [];
  return neededDatabases(config, units)
    .map((name) => ({ name, setting: `${name.toUpperCase()}_DATABASE_URL` }))
    .filter(({ setting }) => config.value(setting) === undefined)
    .map(({ name, setting }) => ({
      setting: `${setting} or DATABASE_URL`,
      problem: `is missing: the database of ${name}`,
    }));
}

/** Subgraphs elsewhere that a gateway in production is given no address of: those in its supergraph are for development. */
export function missingSubgraphs(config: Config, units: readonly UnitName[]): SettingProblem[] {
  if (!config.isProduction || !units.includes('gateway')) return [];
  const declared = new Set(
    declaredTargets(config.settings(gatewaySettings).SUBGRAPHS).map(({ name }) => name),
  );
  return SUBGRAPH_NAMES.filter(
    (name) => !units.includes(name) && !declared.has(name) && config.subgraphUrl(name) === undefined,
  ).map((name) => ({
    setting: `${name.toUpperCase()}_URL`,
    problem: `is missing: where the subgraph ${name} serves`,
  }));
}

/** @throws ConfigurationError when a database is not configured. */
export function neededServers(config: Config, units: readonly UnitName[]): NeededServer[] {
  const { REDIS_URL } = config.environment;
  const databases = neededDatabases(config, units);
  const isRedisNeeded = REDIS_URL !== undefined && databases.length > 0;
  return [
    ...databases.map((name) => database(name, config.databaseUrl(name))),
    ...(isRedisNeeded ? [redis(REDIS_URL)] : []),
    ...(units.includes('ingest') ? neededBrokers(config) : []),
  ];
}

/** The broker that ingest subscribes to, where it is an outside one. */
export function neededBrokers(config: Config): NeededServer[] {
  const address = outsideBroker(config);
  return address === undefined ? [] : [broker(address)];
}

function neededDatabases({ environment }: Config, units: readonly UnitName[]): DatabaseName[] {
  const databases = new Set<DatabaseName>(SUBGRAPH_NAMES.filter((name) => units.includes(name)));
  if (units.includes('ingest')) databases.add('stock');
  if (environment.REDIS_URL === undefined) databases.add('platform');
  return [...databases];
}

function database(name: SubgraphName | 'platform', url: string): NeededServer {
  return {
    name: `the database of ${name}`,
    async reach() {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MILLISECONDS });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        if (isConnectionFailure(error)) throw error;
        const setting = `${name.toUpperCase()}_DATABASE_URL or DATABASE_URL`;
        throw new ConfigurationError(
          `The database of ${name} cannot be used (${setting}): ${wordsOf(error)}.${hintFor(error)}`,
        );
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

function redis(url: string): NeededServer {
  return {
    name: 'Redis',
    async reach() {
      const client = new Redis(url, {
        lazyConnect: true,
        connectTimeout: ANSWER_MILLISECONDS,
        commandTimeout: ANSWER_MILLISECONDS,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      // This error is more specific than the one that `connect` rejects with.
      let reason: Error | undefined;
      client.on('error', (error) => {
        reason = error;
      });
      try {
        await client.connect();
        await client.ping();
      } catch (error) {
        const words = wordsOf(reason ?? error);
        if (ENDED_UNANSWERED.test(words)) {
          throw new Error(
            `what listens at ${new URL(url).host} ends the connection without an answer: is it a Redis server (REDIS_URL)?`,
          );
        }
        if (!REDIS_REFUSALS.test(words)) throw reason ?? error;
        throw new ConfigurationError(`Redis cannot be used (REDIS_URL): ${words}.`);
      } finally {
        client.disconnect();
      }
    },
  };
}

function broker({ url, tls }: BrokerAddress): NeededServer {
  return {
    name: 'the MQTT broker',
    async reach() {
      const { default: mqtt } = await import('mqtt');
      try {
        const client = await mqtt.connectAsync(
          url,
          {
            clientId: `kedai-start-${newId()}`,
            protocolVersion: 5,
            connectTimeout: ANSWER_MILLISECONDS,
            reconnectPeriod: 0,
            ...tls,
          },
          false,
        );
        await client.endAsync(true);
      } catch (error) {
        if (isRefusedCertificate(error)) {
          throw new ConfigurationError(
            `The MQTT broker of MQTT_URL and Kedai do not accept each other’s certificates: ${wordsOf(error)}.`,
          );
        }
        if (!(error instanceof mqtt.ErrorWithReasonCode) || !MQTT_REFUSALS.includes(error.code)) throw error;
        throw new ConfigurationError(
          `The MQTT broker refuses the user name and password of MQTT_URL: ${wordsOf(error)}.`,
        );
      }
    },
  };
}

/** By the codes of OpenSSL and Node.js: the broker's certificate is not trusted or of another name, or it refuses Kedai's. */
function isRefusedCertificate(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /CERT|SIGNATURE|^ERR_SSL_.*ALERT/.test(code);
}

function hintFor(error: unknown): string {
  const isMissing = error instanceof pg.DatabaseError && error.code === UNKNOWN_DATABASE;
  return isMissing ? ' `npm run migrate` makes it.' : '';
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
