/** What `npm run import` and `npm run export` have in common: which table, where the gateway is, and who asks. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ConfigurationError, DEFAULT_PORT } from '../../platform/config.js';
import { GatewayClient, TOKEN_REFUSED } from './gateway-client.js';
import { KINDS, type Kind, kindNamed } from './kinds.js';

export const KIND_HELP = KINDS.map(({ name, what }) => `  ${name.padEnd(14)}${what}`).join('\n');

export const ACCOUNT_HELP = `  --email E      whose account it is; the password is asked for, or taken from ACCOUNT_PASSWORD, and
                 where it has a second factor, a code of it, or ACCOUNT_CODE
  --url URL      of the gateway, http://localhost:PORT by default
In place of --email an access token may stand in ACCOUNT_TOKEN.`;

export const ACCOUNT_OPTIONS = { email: { type: 'string' }, url: { type: 'string' } } as const;

/** @throws ConfigurationError */
export function requireKind(name: string | undefined, help: string): Kind {
  const kind = name === undefined ? undefined : kindNamed(name);
  if (kind !== undefined) return kind;
  const names = KINDS.map((each) => each.name).join(', ');
  throw new ConfigurationError(
    `${name === undefined ? 'Say what' : `There is no ${name}`}: ${names}.\n\n${help}`,
  );
}

export function clientFor(
  { email, url }: { readonly email?: string | undefined; readonly url?: string | undefined },
  environment: NodeJS.ProcessEnv,
): GatewayClient {
  const { ACCOUNT_TOKEN, ACCOUNT_PASSWORD, ACCOUNT_CODE } = environment;
  return new GatewayClient(gatewayUrl(url, environment), ACCOUNT_TOKEN, async () => {
    if (email === undefined) {
      throw new ConfigurationError(
        ACCOUNT_TOKEN === undefined ? 'Name the account by --email, or set ACCOUNT_TOKEN.' : TOKEN_REFUSED,
      );
    }
    const password = ACCOUNT_PASSWORD ?? (await ask(`Password of ${email}`, 'ACCOUNT_PASSWORD'));
    const code = async () => ACCOUNT_CODE ?? ask(`Code of the second factor of ${email}`, 'ACCOUNT_CODE');
    return { email, password, code };
  });
}

function gatewayUrl(given: string | undefined, { PORT }: NodeJS.ProcessEnv): string {
  const text = given ?? `http://localhost:${PORT ?? DEFAULT_PORT}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigurationError(`--url ${text} is no address, such as https://kedai.example`);
  }
  return text.endsWith('/graphql') ? text : `${text.replace(/\/$/, '')}/graphql`;
}

/** Reads a line that is not shown. @param variable the environment variable that may have it instead. */
async function ask(what: string, variable: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new ConfigurationError(`${what}: set ${variable}, there is no terminal to ask for it.`);
  }
  process.stderr.write(`${what}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  const stopped = new AbortController();
  reader.once('SIGINT', () => stopped.abort());
  try {
    return await reader.question('', { signal: stopped.signal });
  } catch (error) {
    throw stopped.signal.aborted ? new ConfigurationError('Stopped.') : error;
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
