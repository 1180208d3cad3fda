/**
 * The environment, read once and validated whole: one message names every bad variable. These are the settings that units have
 * in common; the gateway and each subgraph bring a schema of their own (`settings.ts`), and `deploy/settings.ts` those of the
 * subgraphs' addresses.
 */
import { resolve } from 'node:path';
import { z } from 'zod';

/** Rules for the settings of every unit. Their messages say what is expected. */
export const port = wholeNumber(0, 65_535);
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a ${protocols.join(' or ')} URL`,
  });
export const postgresUrl = url('postgres:', 'postgresql:').optional();
export const httpUrl = url('http:', 'https:').optional();
export const settingText = z.string().min(1).optional();
export const positiveCount = wholeNumber(1);
export const onOrOff = z.enum(['on', 'off']).optional();

export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const message = `must be a whole number ${range}`;
  return z.coerce.number(message).int(message).min(minimum, message).max(maximum, message);
}

/** The entries of a list separated by commas. */
export function listOf(setting: string): string[] {
  return setting
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** JSON of that shape, kept as text. @param expected such as `a JSON list such as ["a"]`. */
export const json = (schema: z.ZodType, expected: string) =>
  z.string().superRefine((text, context) => {
    const [issue] = schema.safeParse(jsonOf(text)).error?.issues ?? [];
    if (issue === undefined) return;
    const place = issue.path.length > 0 ? `: ${issue.path.join('.')} ${issue.message}` : '';
    context.addIssue({ code: 'custom', message: `must be ${expected}${place}` });
  });

/** Undefined where the text is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  DEMO: onOrOff,
  DEMO_PAST: onOrOff,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  HOST: z.string().optional(),
  PORT: port.optional(),
  METRICS_PORT: port.optional(),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().min(0).max(600).default(0),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: postgresUrl,
  PLATFORM_DATABASE_URL: postgresUrl,
  REDIS_URL: url('redis:', 'rediss:').optional(),
  JWT_ISSUER: z.string().default('https://kedai.test'),
  JWT_AUDIENCE: z.string().default('kedai'),
  JWT_PRIVATE_KEY_FILE: settingText,
  JWT_PUBLIC_KEY_FILE: settingText,
  ARCHIVE_AFTER_MONTHS: positiveCount.default(24),
  SUBGRAPH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
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
  /** Whether the demo chain is seeded, and its accounts and devices, whose secrets are public, may sign in: `DEMO`. */
  readonly hasDemo: boolean;
  /** Whether `npm start` loads 28 days of its past with it: `DEMO_PAST`. */
  readonly hasDemoPast: boolean;
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

/** Something that a setting has to be changed for. */
export interface SettingProblem {
  /** Its name; where one of several would do, their names with ` or ` between. */
  readonly setting: string;
  /** What follows the setting's name in the message, such as `must be a whole number`. */
  readonly problem: string;
}

export interface ConfigRules {
  /** The schemas of further settings to validate: those of the units that this process may start. */
  readonly units?: readonly SettingsSchema[];
  /** Problems beyond single values, such as a setting that is missing. Those of a setting that is invalid are not repeated. */
  readonly problemsOf?: (config: Config) => readonly SettingProblem[];
}

/** @throws ConfigurationError naming every variable that has to be changed, each with what is expected. */
export function readConfig(
  variables: NodeJS.ProcessEnv,
  { units = [], problemsOf: furtherProblemsOf = () => [] }: ConfigRules = {},
): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  // A setting that several units read is named once.
  const invalid = new Map(
    [environmentSchema, ...units]
      .flatMap((schema) => problemsOf(schema, given))
      .map((problem) => [problem.setting, problem]),
  );
  const config = configOf(Object.fromEntries(Object.entries(given).filter(([name]) => !invalid.has(name))));
  const isInvalid = ({ setting }: SettingProblem) => setting.split(' or ').some((name) => invalid.has(name));
  const further = furtherProblemsOf(config).filter((problem) => !isInvalid(problem));
  const problems = [...invalid.values(), ...further];
  if (problems.length > 0) throw invalidSettings(problems);
  return config;
}

/** The first problem of each setting. */
function problemsOf(schema: SettingsSchema, given: NodeJS.ProcessEnv): SettingProblem[] {
  const problems = new Map<string, string>();
  for (const issue of schema.safeParse(given).error?.issues ?? []) {
    const setting = issue.path.join('.');
    if (!problems.has(setting)) problems.set(setting, problemOf(issue, given[setting]));
  }
  return [...problems].map(([setting, problem]) => ({ setting, problem }));
}

/** Numbers and choices are quoted; whatever else a setting holds may be secret. */
function problemOf(issue: z.core.$ZodIssue, value = ''): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}, not "${value}"`;
    case 'invalid_type':
      return `${issue.message}, not "${value}"`;
    case 'too_small':
    case 'too_big':
      return issue.origin === 'number' ? `${issue.message}, not "${value}"` : issue.message;
    default:
      return issue.message;
  }
}

/** One message for any number of problems. */
function invalidSettings(problems: readonly SettingProblem[]): ConfigurationError {
  const sentences = problems.map(({ setting, problem }) => `${setting} ${problem}`);
  if (sentences.length === 1) return new ConfigurationError(`${sentences[0]}.`);
  const list = sentences.map((sentence) => `\n  ${sentence}`).join('');
  return new ConfigurationError(`${sentences.length} settings have to be changed:${list}`);
}

function configOf(variables: NodeJS.ProcessEnv): Config {
  const environment = environmentSchema.parse(variables);
  const isProduction = environment.NODE_ENV === 'production';
  const hasDemo = isOn(environment.DEMO, isProduction);
  return {
    environment,
    isProduction,
    hasDemo,
    hasDemoPast: hasDemo && environment.DEMO_PAST !== 'off',
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
      if (!parsed.success) throw invalidSettings(problemsOf(schema, variables));
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

/** What is meant for development: on there, and off in production, unless it is set. */
export function isOn(setting: 'on' | 'off' | undefined, isProduction: boolean): boolean {
  return setting === undefined ? !isProduction : setting === 'on';
}
