/**
 * The environment, read once and validated whole: one message names every bad variable. These are the settings of the
 * platform and the gateway; a subgraph brings the schema of its own (`subgraphs/<name>/settings.ts`).
 */
import { resolve } from 'node:path';
import { z } from 'zod';

export const SUBGRAPH_NAMES = ['customer', 'menu', 'order', 'stock', 'payment'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

/** Rules for the settings of every unit. */
export const port = z.coerce.number().int().min(0).max(65_535);
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a ${protocols.join(' or ')} URL`,
  });
const postgresUrl = url('postgres:', 'postgresql:').optional();
export const httpUrl = url('http:', 'https:').optional();
export const settingText = z.string().min(1).optional();
export const positiveCount = z.coerce.number().int().positive();
/** A bound whose default stands with what it bounds, and in deploy/settings.md. */
const limit = positiveCount.optional();

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
  TRUSTED_DOCUMENTS: settingText,
  OVERRIDE_LABELS_HEADER: settingText,
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
  CUSTOMER_URL: httpUrl,
  MENU_URL: httpUrl,
  ORDER_URL: httpUrl,
  STOCK_URL: httpUrl,
  PAYMENT_URL: httpUrl,
  SUPERGRAPH: z.enum(['file', 'introspection', 'uplink']).default('file'),
  SUPERGRAPH_POLL_SECONDS: positiveCount.default(10),
  APOLLO_KEY: settingText,
  APOLLO_GRAPH_REF: settingText,
  SUPERGRAPH_FILE: settingText,
  SUBGRAPHS: settingText,
  HEADER_RULES: settingText,
  JWT_ISSUER: z.string().default('https://kedai.test'),
  JWT_AUDIENCE: z.string().default('kedai'),
  JWKS_URL: httpUrl,
  JWT_PRIVATE_KEY_FILE: settingText,
  JWT_PUBLIC_KEY_FILE: settingText,
  SUBGRAPH_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl,
});

export type Environment = z.infer<typeof environmentSchema>;

/** The settings of a unit beyond the platform's. */
export type SettingsSchema = z.ZodObject;

/** The names of the platform's and the gateway's settings. */
export const SETTINGS: readonly string[] = Object.keys(environmentSchema.shape);

/** A setting is missing or invalid: start-up prints the message alone and exits with 1. */
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
  /** A unit's own settings. @throws ConfigurationError naming every invalid one. */
  settings<Schema extends SettingsSchema>(schema: Schema): z.output<Schema>;
  /** The value of a setting, whichever unit it belongs to; undefined where it is not set. */
  value(setting: string): string | undefined;
  /** The value of a setting that this unit requires. @throws ConfigurationError naming it. */
  required(setting: string, why: string): string;
  /** The same configuration with settings that start-up found or made itself. */
  with(settings: Readonly<Record<string, string | number>>): Config;
}

/**
 * @param units the schemas of further settings to validate: those of the units that this process may start.
 * @throws ConfigurationError naming every invalid variable.
 */
export function readConfig(variables: NodeJS.ProcessEnv, units: readonly SettingsSchema[] = []): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const problems = [environmentSchema, ...units].flatMap((schema) => problemsOf(schema.safeParse(given)));
  if (problems.length > 0) throw invalid(problems);
  return configOf(given);
}

function problemsOf({ error }: z.ZodSafeParseResult<unknown>): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${lowerFirst(message)}`);
}

function invalid(problems: readonly string[]): ConfigurationError {
  return new ConfigurationError(`Bad settings: ${problems.join('; ')}.`);
}

function configOf(variables: NodeJS.ProcessEnv): Config {
  const environment = environmentSchema.parse(variables);
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
    settings(schema) {
      const parsed = schema.safeParse(variables);
      if (!parsed.success) throw invalid(problemsOf(parsed));
      return parsed.data;
    },
    value: (setting) => variables[setting],
    required(setting, why) {
      const value = variables[setting];
      if (value === undefined) throw new ConfigurationError(`${setting} is missing: ${why}.`);
      return value;
    },
    with(settings) {
      const values = Object.entries(settings).map(([name, value]) => [name, String(value)]);
      return configOf({ ...variables, ...Object.fromEntries(values) });
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
