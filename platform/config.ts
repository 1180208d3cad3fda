/**
 * The environment, read once and validated whole: one message names every bad variable. These are the settings that units have
 * in common; the gateway and each subgraph bring a schema of their own (`settings.ts`), and `deploy/settings.ts` those of the
 * subgraphs' addresses.
 */
import { resolve } from 'node:path';
import { z } from 'zod';

/** Rules for the settings of every unit. */
export const port = z.coerce.number().int().min(0).max(65_535);
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a ${protocols.join(' or ')} URL`,
  });
export const postgresUrl = url('postgres:', 'postgresql:').optional();
export const httpUrl = url('http:', 'https:').optional();
export const settingText = z.string().min(1).optional();
export const positiveCount = z.coerce.number().int().positive();

const environmentSchema = z.object({
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  HOST: z.string().optional(),
  PORT: port.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: postgresUrl,
  PLATFORM_DATABASE_URL: postgresUrl,
  REDIS_URL: url('redis:', 'rediss:').optional(),
  JWT_ISSUER: z.string().default('https://kedai.test'),
  JWT_AUDIENCE: z.string().default('kedai'),
  JWT_PRIVATE_KEY_FILE: settingText,
  JWT_PUBLIC_KEY_FILE: settingText,
  ARCHIVE_AFTER_MONTHS: positiveCount.default(24),
  SUBGRAPH_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  PUBLIC_URL: httpUrl,
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl,
});

/** The gateway's. */
export const DEFAULT_PORT = 4000;

export type Environment = z.infer<typeof environmentSchema>;

/** The settings of a unit beyond those in common. */
export type SettingsSchema = z.ZodObject;

/** The names of the settings in common. */
export const SETTINGS: readonly string[] = Object.keys(environmentSchema.shape);

/** A setting is missing or invalid: start-up prints the message alone and exits with 1. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export interface Config {
  readonly environment: Environment;
  readonly isProduction: boolean;
  readonly dataDirectory: string;
  /** Where people reach the gateway, without a slash at its end: `PUBLIC_URL`, by default on this machine. */
  readonly publicUrl: string;
  /** Address that servers listen on: loopback in development, every interface in production. */
  readonly host: string;
  /** The database of a subgraph, or of the platform (queues, bus, limits where there is no Redis): `<NAME>_DATABASE_URL`. */
  databaseUrl(name: string): string;
  /** Where a subgraph runs when it is not in this process: `<NAME>_URL`. */
  subgraphUrl(name: string): string | undefined;
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
    publicUrl: (environment.PUBLIC_URL ?? `http://localhost:${environment.PORT ?? DEFAULT_PORT}`).replace(
      /\/+$/,
      '',
    ),
    databaseUrl(name) {
      const setting = `${name.toUpperCase()}_DATABASE_URL`;
      const own = variables[setting];
      if (own !== undefined) return own;
      if (environment.DATABASE_URL === undefined) {
        throw new ConfigurationError(`${setting} or DATABASE_URL is missing: the database of ${name}.`);
      }
      const onServer = new URL(environment.DATABASE_URL);
      onServer.pathname = `/kedai_${name}`;
      return onServer.href;
    },
    subgraphUrl: (name) => variables[`${name.toUpperCase()}_URL`],
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

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
