import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Credentials, GatewayClient } from './gateway-client.js';
import { type ImportWatch, Interrupted, importFile } from './import-file.js';
import { kindNamed } from './kinds.js';

type Answering = (response: ServerResponse) => void;

let close: (() => void) | undefined;
afterEach(() => close?.());

/** A gateway that gives these answers in turn, and the last to every request after them. */
async function gateway(...answers: readonly Answering[]) {
  const requests: { readonly query: string; readonly variables: { readonly input?: object } }[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      requests.push(JSON.parse(body));
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      answer?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}/graphql` };
}

const answer =
  (body: object): Answering =>
  (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
const hangUp: Answering = (response) => response.destroy();
const unavailable = answer({
  errors: [{ message: 'stock is away', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
});
const RESULT = { lines: 1, created: 1, changed: 0, unchanged: 0, badLines: [] };
const imported = (result: object) =>
  answer({ data: { importStock: { result, deviceTokens: [], userErrors: [] } } });
const done = imported(RESULT);

const signedIn = () => Promise.reject(new Error('Signed in already'));

interface Importing {
  readonly isDryRun?: boolean;
  readonly csv?: string;
  readonly watch?: Partial<ImportWatch>;
  readonly token?: string | undefined;
  readonly signIn?: () => Promise<Credentials>;
}

function importing(url: string, name: string, given: Importing = {}) {
  const {
    isDryRun = false,
    csv = 'outlet,ingredient,gramsPerUnit\nKedai,Kopi,1\n',
    signIn = signedIn,
  } = given;
  const kind = kindNamed(name);
  if (kind === undefined) throw new Error(`No ${name}`);
  const watch = { begin: () => undefined, progress: () => undefined, storeTokens: async () => undefined };
  const client = new GatewayClient(url, 'token' in given ? given.token : 'token', signIn);
  return importFile(client, kind, new TextEncoder().encode(csv), isDryRun, { ...watch, ...given.watch });
}

describe('an import whose answer is lost', () => {
  it.each([
    ['is broken off', hangUp],
    ['comes without the subgraph', unavailable],
  ])('is not repeated where it may have made tokens, and the way out is named: it %s', async (_how, lost) => {
    const { url, requests } = await gateway(lost, done);
    await expect(importing(url, 'shelves')).rejects.toThrow(/export the shelves.*rotateDeviceToken/);
    expect(requests).toHaveLength(1);
  });

  it('names the same way out where the tokens cannot be stored', async () => {
    const { url } = await gateway(done);
    const watch = { storeTokens: () => Promise.reject(new Error('No space left')) };
    await expect(importing(url, 'shelves', { watch })).rejects.toThrow(/No space left.*rotateDeviceToken/);
  });

  it.each([
    ['of what makes no tokens', 'stock-items', false],
    ['that only checks', 'shelves', true],
  ])('is sent again: one %s', async (_what, kind, isDryRun) => {
    const { url, requests } = await gateway(hangUp, done);
    expect(await importing(url, kind, { isDryRun })).toEqual(RESULT);
    expect(requests).toHaveLength(2);
  });
});

describe('an import of several parts', () => {
  const PART = { lines: 300, created: 300, changed: 0, unchanged: 0, badLines: [] };
  const csv = `name,unit\n${Array.from({ length: 700 }, (_, index) => `Bahan ${index},GRAM\n`).join('')}`;
  const bad = [{ line: 2, column: 'unit', value: 'GRAM', expected: 'PIECE' }];

  it('stops between two of them when it is asked to, and says how many lines were imported', async () => {
    const { url, requests } = await gateway(imported(PART));
    const stop = new AbortController();
    let phase = '';
    const watch = {
      signal: stop.signal,
      begin: (what: string) => {
        phase = what;
      },
      progress: ({ lines }: { lines: number }) => {
        if (phase === 'Imported' && lines === 300) stop.abort();
      },
    };
    const stopped = await importing(url, 'ingredients', { csv, watch }).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Interrupted);
    expect(stopped).toMatchObject({ lines: 300 });
    expect(requests).toHaveLength(4);
  });

  it('counts what was imported before a part that is refused', async () => {
    const checked = [imported(PART), imported(PART), imported(PART)];
    const { url } = await gateway(...checked, imported(PART), imported({ ...PART, badLines: bad }));
    await expect(importing(url, 'ingredients', { csv })).rejects.toThrow(
      /\(line 302: .* 300 lines were imported/,
    );
  });
});

describe('an account with a second factor', () => {
  const refused = (code: string) =>
    answer({ data: { signIn: { session: null, userErrors: [{ code, message: code }] } } });
  const session = answer({
    data: { signIn: { session: { accessToken: 'a', refreshToken: 'r' }, userErrors: [] } },
  });
  const account = { email: 'hq@kedai.test', password: 'secret' };

  it('signs in with a code of it', async () => {
    const { url, requests } = await gateway(refused('SECOND_FACTOR_REQUIRED'), session, done);
    const signIn = async () => ({ ...account, code: async () => '123456' });
    expect(await importing(url, 'shelves', { token: undefined, signIn })).toEqual(RESULT);
    expect(requests.slice(0, 2).map(({ variables }) => variables.input)).toEqual([
      account,
      { ...account, code: '123456' },
    ]);
  });

  it('is asked for it once, however long the import takes', async () => {
    const expired = answer({ errors: [{ message: 'Over', extensions: { code: 'UNAUTHENTICATED' } }] });
    const renewed = answer({
      data: { refreshSession: { session: { accessToken: 'b', refreshToken: 's' }, userErrors: [] } },
    });
    const { url, requests } = await gateway(session, expired, renewed, done);
    let asked = 0;
    const signIn = async () => {
      asked += 1;
      return account;
    };
    expect(await importing(url, 'shelves', { token: undefined, signIn })).toEqual(RESULT);
    expect(asked).toBe(1);
    expect(requests[2]?.variables.input).toEqual({ refreshToken: 'r' });
  });

  it('is not asked for one where the password is wrong', async () => {
    const { url, requests } = await gateway(refused('INVALID_CREDENTIALS'));
    const signIn = async () => ({ ...account, code: () => Promise.reject(new Error('Asked')) });
    await expect(importing(url, 'shelves', { token: undefined, signIn })).rejects.toThrow(
      /hq@kedai.test cannot sign in .*: INVALID_CREDENTIALS/,
    );
    expect(requests).toHaveLength(1);
  });
});
