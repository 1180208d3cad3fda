/** Clients that prefer different languages never get each other's answers, whatever is shared between them. */
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

const NOTICE = '{ notice { language } }';
const CHANGES = 'subscription { priceChanged(id: "1") { price language reviews { language } } }';

interface Change {
  readonly priceChanged: {
    readonly price: number;
    readonly language: string | null;
    readonly reviews: readonly { readonly language: string | null }[];
  };
}

describe.each([
  ['in this process', false],
  ['elsewhere', true],
])('subgraphs %s', (_where, served) => {
  let under: ShopGateway;
  /** One that does not say, as all clients of before. */
  let silent: FrontEnd;
  let indonesian: FrontEnd;
  let english: FrontEnd;

  beforeEach(async () => {
    under = await startShopGateway({ served });
    silent = new FrontEnd(under.url);
    indonesian = silent.with({ 'accept-language': 'id-ID,id;q=0.9,en;q=0.8' });
    english = silent.with({ 'accept-language': 'en-GB' });
  });
  afterEach(() => under.stop());

  const noticesRead = () => under.shop.asked.filter(({ field }) => field === 'notice').length;
  const everyone = (query: string) =>
    Promise.all(
      [indonesian, english, silent, indonesian, english, silent].map((client) => client.execute(query)),
    );
  const answers = ['id', 'en', null, 'id', 'en', null].map((language) => ({ notice: { language } }));

  it('an answer is cached for those of one language', async () => {
    expect(await everyone(NOTICE)).toEqual(answers);
    expect(await everyone(NOTICE)).toEqual(answers);
    expect(noticesRead()).toBe(3);
  });

  it('a run in flight is joined by those of one language', async () => {
    const release = under.shop.holdNotices();
    const uncached = '{ notice { language about { id } } }';
    const running = everyone(uncached);
    await eventually(() => expect(noticesRead()).toBe(3));
    // Answered once all that was sent before has come in: who comes after the release begins a run of its own.
    await everyone('{ __typename }');
    release();
    expect(await running).toEqual(
      answers.map(({ notice }) => ({ notice: { ...notice, about: { id: '1' } } })),
    );
    expect(noticesRead()).toBe(3);
  });

  it('a stream is shared by those of one language', async () => {
    const clients = [indonesian, english, silent, indonesian, english, silent];
    const streams = clients.map((client) => client.subscribe<Change>(CHANGES));
    await eventually(() => expect(streams.map(({ events }) => events.length)).toEqual(clients.map(() => 1)));
    await eventually(() => expect(under.shop.listeners()).toBe(3));
    under.shop.reprice('1', 101);
    const event = (language: string | null, price: number) => ({
      priceChanged: { price, language, reviews: [{ language }] },
    });
    await eventually(() =>
      expect(streams.map(({ events }) => events)).toEqual(
        ['id', 'en', null, 'id', 'en', null].map((language) => [event(language, 100), event(language, 101)]),
      ),
    );
    for (const stream of streams) stream.close();
  });

  it('a socket has the language of its upgrade, unless its first message says another', async () => {
    const languagesOf = async (header: string | undefined, acceptLanguage: string | undefined) => {
      class Socket extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, header === undefined ? {} : { headers: { 'accept-language': header } });
        }
      }
      const client = createClient({
        url: under.url.replace(/^http/, 'ws'),
        webSocketImpl: Socket,
        connectionParams: acceptLanguage === undefined ? {} : { acceptLanguage },
        retryAttempts: 0,
      });
      const results = client.iterate({ query: NOTICE });
      const { value } = await results.next();
      await client.dispose();
      return value?.data;
    };
    expect(await languagesOf('en', undefined)).toEqual({ notice: { language: 'en' } });
    expect(await languagesOf('en', 'id')).toEqual({ notice: { language: 'id' } });
    expect(await languagesOf(undefined, 'en;q=0.1, id;q=0')).toEqual({ notice: { language: 'en' } });
    expect(await languagesOf(undefined, undefined)).toEqual({ notice: { language: null } });
    // What no header could hold counts as absent.
    expect(await languagesOf('en', 'fr,'.repeat(10_000).concat('id'))).toEqual({
      notice: { language: 'en' },
    });
    expect(await languagesOf('en', 'id\n')).toEqual({ notice: { language: 'en' } });
  });
});

describe('an HTTP answer', () => {
  let under: ShopGateway;

  beforeEach(async () => {
    under = await startShopGateway();
  });
  afterEach(() => under.stop());

  const get = (query: string, language?: string) =>
    fetch(`${under.url}?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'application/json', ...(language && { 'accept-language': language }) },
    });

  it('says its language, and to caches that it depends on the header', async () => {
    const [indonesian, english, silent] = [
      await get(NOTICE, 'id'),
      await get(NOTICE, 'en'),
      await get(NOTICE),
    ];
    const languages = [indonesian, english, silent].map(({ headers }) => headers.get('content-language'));
    expect(languages).toEqual(['id', 'en', null]);
    for (const { headers } of [indonesian, english, silent])
      expect(headers.get('vary')?.split(', ')).toContain('accept-language');
    expect(new Set([indonesian, english, silent].map(({ headers }) => headers.get('etag'))).size).toBe(3);
  });

  it('has the gateway’s own messages in its language', async () => {
    const messageOf = async (language: string) => {
      const client = new FrontEnd(under.url, undefined, { 'accept-language': language });
      const { errors } = await client.answer('{ mine }');
      return errors.map(({ message, extensions }) => [extensions.code, message]);
    };
    expect(await messageOf('en')).toEqual([['UNAUTHENTICATED', 'Sign in first']]);
    expect(await messageOf('id')).toEqual([['UNAUTHENTICATED', 'Silakan masuk dahulu']]);
    const page = await new FrontEnd(under.url, undefined, { 'accept-language': 'id' }).answer(
      '{ products(first: 101) { id } }',
    );
    expect(page.errors.map(({ message }) => message)).toEqual([
      'Satu halaman memuat paling banyak 100 entri',
    ]);
  });
});
