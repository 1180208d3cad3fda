/**
 * The environment, read once and checked whole: every bad variable is named in one message. What a unit needs beyond
 * the defaults it asks for by `required`, which names what is missing in production.
 */
import { resolve } from 'node:path';
import { z } from 'zod';

export const SUBGRAPH_NAMES = ['customer', 'menu', 'order', 'stock', 'payment'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a ${protocols.join(' or ')} URL`,
  });
const postgresUrl = url('postgres:', 'postgresql:').optional();
const httpUrl = url('http:', 'https:').optional();
const text = z.string().min(1).optional();
/** A bound whose default stands with what it bounds, and in deploy/settings.md. */
const limit = z.coerce.number().int().positive().optional();

const environmentSchema = z.object({
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  HOST: z.string().optional(),
  PORT: port.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  INTROSPECTION: z.enum(['on', 'off']).optional(),
  CORS_ORIGINS: z.string().default(''),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
  TRUSTED_DOCUMENTS: text,
  OVERRIDE_LABELS_HEADER: text,
  STREAMS_PER_ADDRESS: limit,
  STREAMS: limit,
  LIMIT_BODY_BYTES: limit,
  LIMIT_TOKENS: limit,
  LIMIT_DEPTH: limit,
  LIMIT_ALIASES: limit,
  LIMIT_ROOT_FIELDS: limit,
  LIMIT_MUTATION_FIELDS: limit,
  LIMIT_DIRECTIVES: limit,
  LIMIT_FRAGMENTS: limit,
  LIMIT_SELECTIONS: limit,
  LIMIT_NESTING: limit,
  LIMIT_VALUES: limit,
  LIMIT_PAGE_SIZE: limit,
  LIMIT_COST: limit,
  LIMIT_ERRORS: limit,
  LIMIT_MESSAGE_BYTES: limit,
  LIMIT_SOCKET_OPERATIONS: limit,
  LIMIT_UNREAD_BYTES: limit,
  REQUESTS_PER_SECOND: limit,
  REQUESTS_WINDOW_SECONDS: limit,
  COST_PER_SECOND: limit,
  FAILED_SIGN_INS_PER_ACCOUNT: limit,
  FAILED_SIGN_INS_PER_ACCOUNT_SECONDS: limit,
  FAILED_SIGN_INS_PER_ADDRESS: limit,
  FAILED_SIGN_INS_PER_ADDRESS_SECONDS: limit,
  SIGN_INS_PER_ADDRESS: limit,
  SIGN_INS_PER_ADDRESS_SECONDS: limit,
  UPSTREAM_CONNECTIONS: limit,
  UPSTREAM_WAITING: limit,
  UPSTREAM_TIMEOUT_SECONDS: limit,
  UPSTREAM_ANSWER_BYTES: limit,
  DATABASE_URL: postgresUrl,
  PLATFORM_DATABASE_URL: postgresUrl,
  CUSTOMER_DATABASE_URL: postgresUrl,
  MENU_DATABASE_URL: postgresUrl,
  ORDER_DATABASE_URL: postgresUrl,
  STOCK_DATABASE_URL: postgresUrl,
  PAYMENT_DATABASE_URL: postgresUrl,
  REDIS_URL: url('redis:', 'rediss:').optional(),
  MQTT_URL: url('mqtt:', 'mqtts:').optional(),
  MQTT_PORT: port.default(1883),
  MQTT_CLIENT_ID: z.string().min(1).default('kedai-ingest'),
  CUSTOMER_URL: httpUrl,
  MENU_URL: httpUrl,
  ORDER_URL: httpUrl,
  STOCK_URL: httpUrl,
  PAYMENT_URL: httpUrl,
  PUBLIC_URL: httpUrl,
  SUPERGRAPH_FILE: text,
  SUBGRAPHS: text,
  JWT_ISSUER: z.string().default('https://kedai.test'),
  JWT_AUDIENCE: z.string().default('kedai'),
  JWKS_URL: httpUrl,
  JWT_PRIVATE_KEY_FILE: text,
  JWT_PUBLIC_KEY_FILE: text,
  SUBGRAPH_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  MIDTRANS_SERVER_KEY: text,
  MIDTRANS_BASE_URL: httpUrl,
  XENDIT_SECRET_KEY: text,
  XENDIT_CALLBACK_TOKEN: text,
  XENDIT_BASE_URL: httpUrl,
  CALLBACK_ORIGIN: httpUrl,
  PAYMENT_WINDOW_SECONDS: z.coerce.number().int().positive().default(900),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl,
});

export type Environment = z.infer<typeof environmentSchema>;
export type Setting = keyof Environment;

/** The name of every setting. */
export const SETTINGS: readonly string[] = Object.keys(environmentSchema.shape);

/** A setting that is missing or wrong: start-up prints the message alone and exits with 1. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export interface Config {
  readonly environment: Environment;
  readonly isProduction: boolean;
  readonly dataDirectory: string;
  /** Address that servers listen on: loopback in development, every interface in production. */
  readonly host: string;
  readonly introspection: boolean;
  /** The database of a subgraph, or of the platform (queues, bus, limits where there is no Redis). */
  databaseUrl(name: SubgraphName | 'platform'): string;
  /** Where a subgraph runs when it is not in this process. */
  subgraphUrl(name: SubgraphName): string | undefined;
  /** The value of a setting that this unit cannot do without. @throws ConfigurationError naming it. */
  required(setting: Setting, why: string): string;
  /** The same configuration with settings filled in that start-up found or made itself. */
  with(settings: Partial<Environment>): Config;
}

/** @throws ConfigurationError naming every bad variable. */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')} ${lowerFirst(message)}`,
    );
    throw new ConfigurationError(`Bad settings: ${problems.join('; ')}.`);
  }
  return configOf(parsed.data);
}

function configOf(environment: Environment): Config {
  const isProduction = environment.NODE_ENV === 'production';
  return {
    environment,
    isProduction,
    dataDirectory: resolve(environment.DATA_DIR),
    host: environment.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    introspection:
      environment.INTROSPECTION === undefined ? !isProduction : environment.INTROSPECTION === 'on',
    databaseUrl(name) {
      const own = environment[databaseSetting(name)];
      if (own !== undefined) return own;
      if (environment.DATABASE_URL === undefined) {
        throw new ConfigurationError(
          `${databaseSetting(name)} or DATABASE_URL is missing: the database of ${name}.`,
        );
      }
      const onServer = new URL(environment.DATABASE_URL);
      onServer.pathname = `/kedai_${name}`;
      return onServer.href;
    },
    subgraphUrl(name) {
      return environment[subgraphSetting(name)];
    },
    required(setting, why) {
      const value = environment[setting];
      if (value === undefined) throw new ConfigurationError(`${setting} is missing: ${why}.`);
      return String(value);
    },
    with(settings) {
      return configOf({ ...environment, ...settings });
    },
  };
}

const DATABASE_SETTINGS = {
  customer: 'CUSTOMER_DATABASE_URL',
  menu: 'MENU_DATABASE_URL',
  order: 'ORDER_DATABASE_URL',
  stock: 'STOCK_DATABASE_URL',
  payment: 'PAYMENT_DATABASE_URL',
  platform: 'PLATFORM_DATABASE_URL',
} as const;

function databaseSetting(name: SubgraphName | 'platform') {
  return DATABASE_SETTINGS[name];
}

const SUBGRAPH_SETTINGS = {
  customer: 'CUSTOMER_URL',
  menu: 'MENU_URL',
  order: 'ORDER_URL',
  stock: 'STOCK_URL',
  payment: 'PAYMENT_URL',
} as const;

function subgraphSetting(name: SubgraphName) {
  return SUBGRAPH_SETTINGS[name];
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
