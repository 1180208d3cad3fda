/** Where an event may be posted to, and what of an answer counts, over real sockets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver, withStatus } from '../testing/receiver.js';
import { webhookPoster } from './post.js';
import { ReceiverRefused, type Resolve, receiverAddresses, receiverUrl } from './receiver-address.js';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;
const PUBLIC = '8.8.8.8';
const NOT_PUBLIC = [
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.2.1', '192.0.0.1'],
  ...['::1', '::', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:7f00:1::', '2001::1'],
];
const posting = (rules: Parameters<typeof webhookPoster>[0], url: string) =>
  webhookPoster(rules)({ url, headers: { 'webhook-id': 'one' }, body: '{"a":1}' });

describe('an address that is not public', () => {
  it.each(NOT_PUBLIC)('%s is refused, written as such or as what a name leads to', async (address) => {
    const literal = address.includes(':') ? `https://[${address}]:8443/` : `https://${address}:8443/`;
    expect(() => receiverUrl(literal, { allowsPrivate: false })).toThrow(ReceiverRefused);
    const rules = { allowsPrivate: false, resolve: resolvesTo(address) };
    await expect(receiverAddresses(new URL('https://hooks.example.com/'), rules)).rejects.toThrow(
      ReceiverRefused,
    );
  });

  it.each([
    'https://2130706433:8443/',
    'https://0x7f.1:8443/',
    'https://127.1:8443/',
    'https://localhost/',
    'https://localhost./',
    'https://db.internal/',
    'https://printer.local/',
    'https://redis/',
  ])('%s is refused', (url) => {
    expect(() => receiverUrl(url, { allowsPrivate: false })).toThrow(ReceiverRefused);
  });

  it('is not connected to by a name that led to a public one before', async () => {
    const answers = [[PUBLIC], ['127.0.0.1']];
    const rules = { allowsPrivate: false, resolve: async () => answers.shift() ?? ['127.0.0.1'] };
    const url = `https://hooks.example.com:${receiver.port}/`;
    expect(await receiverAddresses(receiverUrl(url, rules), rules)).toEqual([PUBLIC]);
    const before = receiver.connections();
    const answer = await posting(rules, url);
    expect(answer).toMatchObject({
      status: null,
      failure: 'The address of a webhook is on the public internet',
    });
    expect(receiver.connections()).toBe(before);
  });

  it('is left out where the name has a public one, too', async () => {
    const rules = { allowsPrivate: false, resolve: resolvesTo('10.0.0.1', PUBLIC, '::1') };
    expect(await receiverAddresses(new URL('https://hooks.example.com/'), rules)).toEqual([PUBLIC]);
  });

  it('is allowed for development, with http to it alone', async () => {
    const rules = { allowsPrivate: true, resolve: resolvesTo('127.0.0.1') };
    const url = `http://receiver.test:${receiver.port}/`;
    expect(await posting(rules, url)).toMatchObject({ status: 204, failure: null });
    const onInternet = { allowsPrivate: true, resolve: resolvesTo(PUBLIC) };
    expect(await posting(onInternet, url)).toMatchObject({
      failure: 'A webhook on the internet has an https URL',
    });
  });
});

describe('a URL', () => {
  it.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'https://',
    'hooks.example.com',
    '//hooks.example.com',
    'https://user:password@hooks.example.com/',
    'https://user@hooks.example.com/',
    'https://hooks.example.com:22/',
    `https://hooks.example.com/${'a'.repeat(2_048)}`,
  ])('%s is refused', (url) => {
    expect(() => receiverUrl(url, { allowsPrivate: false })).toThrow(ReceiverRefused);
  });

  it.each(['https://hooks.example.com', 'https://hooks.example.com:8443/a?b=c', 'https://8.8.8.8/'])(
    '%s is allowed',
    (url) => {
      expect(receiverUrl(url, { allowsPrivate: false }).href).toBe(new URL(url).href);
    },
  );
});

describe('an answer', () => {
  const rules = { allowsPrivate: true, resolve: resolvesTo('127.0.0.1') };

  it('is connected to once, at the address that was checked, and posted what was signed', async () => {
    receiver.answer(withStatus(200));
    const asked: string[] = [];
    const counting = {
      allowsPrivate: true,
      async resolve(host: string) {
        asked.push(host);
        return ['127.0.0.1'];
      },
    };
    const before = receiver.connections();
    const answer = await posting(counting, `http://receiver.test:${receiver.port}/in?x=1`);
    expect(answer.failure).toBeNull();
    expect(asked).toEqual(['receiver.test']);
    expect(receiver.connections()).toBe(before + 1);
    const received = receiver.received.at(-1);
    expect(received).toMatchObject({ path: '/in?x=1', body: '{"a":1}' });
    expect(received?.headers).toMatchObject({
      ...{ 'webhook-id': 'one', 'content-type': 'application/json', host: `receiver.test:${receiver.port}` },
    });
  });

  it('that leads elsewhere is a failure, and is not followed', async () => {
    receiver.answer(withStatus(302, { location: `http://127.0.0.1:${receiver.port}/inside` }));
    const before = receiver.received.length;
    expect(await posting(rules, receiver.url)).toMatchObject({
      status: 302,
      failure: 'Answered 302: redirects are not followed',
    });
    expect(receiver.received.length).toBe(before + 1);
  });

  it('may ask to be left alone for a while, by seconds or by a date', async () => {
    receiver.answer(withStatus(503, { 'retry-after': '120' }));
    expect(await posting(rules, receiver.url)).toMatchObject({ status: 503, retryAfterSeconds: 120 });
    const date = new Date(Date.now() + 600_000).toUTCString();
    receiver.answer(withStatus(429, { 'retry-after': date }));
    const { retryAfterSeconds } = await posting(rules, receiver.url);
    expect(retryAfterSeconds).toBeGreaterThan(500);
    expect(retryAfterSeconds).toBeLessThanOrEqual(601);
    receiver.answer(withStatus(503, { 'retry-after': 'soon' }));
    expect(await posting(rules, receiver.url)).toMatchObject({ retryAfterSeconds: null });
  });

  it('is read to a bound, whatever it holds, and is a success by its status', async () => {
    receiver.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', write);
      write();
    });
    const answer = await posting(rules, receiver.url);
    expect(answer).toMatchObject({ status: 200, failure: null });
    expect(answer.body).toHaveLength(500);
    expect(answer.body).not.toContain('\0');
  });

  it('that breaks off in its body has come all the same', async () => {
    receiver.answer((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    expect(await posting(rules, receiver.url)).toMatchObject({ status: 200, failure: null });
  });

  it('that does not come is a failure, named by its kind', async () => {
    receiver.answer((response) => void response.destroy());
    const cut = await posting(rules, receiver.url);
    expect(cut.status).toBeNull();
    expect(cut.failure).toMatch(/^The attempt failed: \w+$/);
    expect(await posting(rules, 'http://127.0.0.1:1/')).toMatchObject({
      failure: 'The attempt failed: ECONNREFUSED',
    });
    receiver.answer(() => undefined);
    const post = webhookPoster(rules, 200);
    expect(await post({ url: receiver.url, headers: {}, body: '{}' })).toMatchObject({
      ...{ status: null, failure: 'No answer in time' },
    });
    const unknown = { allowsPrivate: true, resolve: resolvesTo() };
    expect(await posting(unknown, 'http://nowhere.test/')).toMatchObject({
      failure: 'The host has no address',
    });
  });
});
