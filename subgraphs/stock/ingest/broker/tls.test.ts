import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import mqtt from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startMosquitto } from '../../../../deploy/local-fleet/mosquitto.js';
import { neededBrokers } from '../../../../deploy/needed-servers.js';
import { readSettings } from '../../../../deploy/settings.js';
import { ConfigurationError } from '../../../../platform/config.js';
import { newId } from '../../../../platform/ids.js';
import { createLog } from '../../../../platform/log.js';
import type { Platform } from '../../../../platform/platform.js';
import {
  type Certificates,
  describeWithOpenssl,
  makeCertificates,
} from '../../../../tests/support/certificates.js';
import { describeWithMosquitto } from '../../../../tests/support/mosquitto.js';
import { openTestPlatform } from '../../../../tests/support/platform.js';
import { eventually } from '../../../../tests/support/wait.js';
import { readingTopicOf } from '../../domain/shelf-topic.js';
import {
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type TestStock,
} from '../../testing/harness.js';
import { startEmbeddedSource } from './embedded-source.js';
import { subscribeToReadings } from './external-broker.js';
import type { MessageSource } from './message-source.js';
import { listenersOf } from './tls.js';

const log = createLog('silent');

describeWithOpenssl('TLS', () => {
  let stock: TestStock;
  let platform: Platform & { drop(): Promise<void> };
  let shelf: GivenShelf;
  let otherShelf: GivenShelf;
  let own: Certificates;
  /** Of another authority, for a device of the same name. */
  let foreign: Certificates;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    stock = await openTestStock();
    platform = await openTestPlatform({ STOCK_DATABASE_URL: stock.url });
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    [shelf, otherShelf] = [await givenShelf(stock, item), await givenShelf(stock, item)];
    [own, foreign] = await Promise.all([makeCertificates(shelf.id), makeCertificates(shelf.id)]);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await Promise.all([own?.remove(), foreign?.remove()]);
    await platform?.drop();
    await stock?.close();
  });

  const settings = () => ({
    MQTT_CERTIFICATE_FILE: own.file('broker.pem'),
    MQTT_KEY_FILE: own.file('broker.key'),
    MQTT_CA_FILE: own.file('ca.pem'),
  });
  const certificateOf = async (certificates: Certificates) => ({
    cert: await certificates.read('shelf.pem'),
    key: await certificates.read('shelf.key'),
  });
  const passwordOf = ({ id, token }: GivenShelf) => ({ username: id, password: token });

  describe('of the embedded broker', () => {
    let received: { topic: string; text: string }[];

    async function serve(
      clientCertificates: 'off' | 'optional' | 'required',
      further: Readonly<Record<string, string>> = {},
    ): Promise<MessageSource> {
      received = [];
      const receiver = {
        async receive({ topic, payload }: { topic: string; payload: Uint8Array }) {
          received.push({ topic, text: Buffer.from(payload).toString('utf8') });
        },
        stop: async () => undefined,
      };
      const { MQTT_CA_FILE, ...files } = settings();
      const config = platform.config.with({
        ...{ MQTT_PORT: 0, MQTT_TLS_PORT: 0, MQTT_CLIENT_CERTIFICATES: clientCertificates },
        ...{ ...files, ...(clientCertificates !== 'off' && { MQTT_CA_FILE }), ...further },
      });
      const source = await startEmbeddedSource({ ...platform, config }, stock.database, receiver);
      closing.push(source.stop);
      return source;
    }

    async function signIn({ mqttTlsUrl }: MessageSource, options: mqtt.IClientOptions) {
      const ca = await own.read('ca.pem');
      const client = await mqtt.connectAsync(mqttTlsUrl ?? '', { reconnectPeriod: 0, ca, ...options }, false);
      client.on('error', () => undefined);
      closing.push(() => client.endAsync(true));
      return client;
    }

    it('takes readings by user name and password, beside the port without TLS', async () => {
      const source = await serve('off');
      expect(source.mqttUrl).toMatch(/^mqtt:/);
      const device = await signIn(source, passwordOf(shelf));
      await device.publishAsync(readingTopicOf(shelf), 'a reading', { qos: 1 });
      expect(received).toEqual([{ topic: readingTopicOf(shelf), text: 'a reading' }]);
    });

    it('lets a certificate that names the shelf stand for its password, below its own topic alone', async () => {
      const device = await signIn(await serve('required'), await certificateOf(own));
      await device.publishAsync(readingTopicOf(shelf), 'a reading', { qos: 1 });
      const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
      device.publish(readingTopicOf(otherShelf), 'of another', { qos: 1 });
      await closed;
      expect(received).toEqual([{ topic: readingTopicOf(shelf), text: 'a reading' }]);
    });

    it('does not let it stand for another shelf, nor for a wrong password', async () => {
      const source = await serve('optional');
      const certificate = await certificateOf(own);
      const refused = (options: mqtt.IClientOptions) =>
        expect(signIn(source, { ...certificate, ...options })).rejects.toThrow(/refused/i);
      await refused(passwordOf(otherShelf));
      await refused({ ...passwordOf(shelf), password: 'a guess' });
    });

    it('lets it come with the right password of its shelf, in capitals, too', async () => {
      const source = await serve('required');
      const certificate = await certificateOf(own);
      expect((await signIn(source, { ...certificate, ...passwordOf(shelf) })).connected).toBe(true);
      const capitals = { ...passwordOf(shelf), username: shelf.id.toUpperCase() };
      expect((await signIn(source, { ...certificate, ...capitals })).connected).toBe(true);
    });

    it('takes an id in capitals for the shelf’s, and no certificate with several names for a password', async () => {
      const [capitals, several] = await Promise.all([
        makeCertificates(otherShelf.id.toUpperCase()),
        makeCertificates(`${otherShelf.id}/CN=scale`),
      ]);
      closing.push(capitals.remove, several.remove);
      const inCapitals = await serve('optional', { MQTT_CA_FILE: capitals.file('ca.pem') });
      const device = await signIn(inCapitals, await certificateOf(capitals));
      await device.publishAsync(readingTopicOf(otherShelf), 'a reading', { qos: 1 });
      expect(received).toHaveLength(1);

      const withSeveral = await serve('optional', { MQTT_CA_FILE: several.file('ca.pem') });
      const certificate = await certificateOf(several);
      const refused = (options: mqtt.IClientOptions) =>
        expect(signIn(withSeveral, { ...certificate, ...options })).rejects.toThrow(/refused/i);
      await refused({});
      await refused(passwordOf(shelf));
      expect((await signIn(withSeveral, { ...certificate, ...passwordOf(otherShelf) })).connected).toBe(true);
    });

    it('refuses the certificate of a shelf once that is revoked', async () => {
      const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
      const revoked = await givenShelf(stock, item);
      const certificates = await makeCertificates(revoked.id);
      closing.push(certificates.remove);
      const source = await serve('optional', { MQTT_CA_FILE: certificates.file('ca.pem') });
      const certificate = await certificateOf(certificates);
      const device = await signIn(source, certificate);
      await device.publishAsync(readingTopicOf(revoked), 'a reading', { qos: 1 });
      expect(received).toHaveLength(1);
      const removedAt = new Date();
      await stock.database.prisma.shelf.update({ where: { id: revoked.id }, data: { removedAt } });
      await expect(signIn(source, certificate)).rejects.toThrow(/refused/i);
    });

    it('serves on when a device closes its connection before it has signed in', async () => {
      const source = await serve('optional');
      const certificate = await certificateOf(own);
      const ca = await own.read('ca.pem');
      const socket = connect({ port: Number(new URL(source.mqttTlsUrl ?? '').port), ca, ...certificate });
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      const closed = once(socket, 'close');
      // Signs in as `a`, without a password; what follows announces a packet of 2 MB, for which the connection is closed.
      const signingIn = [
        0x10,
        0x0d,
        0x00,
        0x04,
        ...Buffer.from('MQTT'),
        0x04,
        0x02,
        0x00,
        0x3c,
        0x00,
        0x01,
        0x61,
      ];
      socket.write(Buffer.from([...signingIn, 0x30, 0xff, 0xff, 0x7f]));
      await closed;
      expect((await signIn(source, certificate)).connected).toBe(true);
    });

    it('opens the port without TLS beside required certificates where that is asked for, and closes it where that is', async () => {
      const beside = await serve('required', { MQTT_PLAIN: 'on' });
      const plain = await mqtt.connectAsync(beside.mqttUrl, { ...passwordOf(shelf), reconnectPeriod: 0 });
      closing.push(() => plain.endAsync(true));
      expect(new URL(beside.mqttUrl).protocol).toBe('mqtt:');
      const alone = await serve('off', { MQTT_PLAIN: 'off' });
      expect(alone.mqttUrl).toBe(alone.mqttTlsUrl);
    });

    it('serves a certificate that was renewed to connections that come then, once its key is there, too', async () => {
      const [served, renewed] = await Promise.all([makeCertificates(shelf.id), makeCertificates(shelf.id)]);
      closing.push(served.remove, renewed.remove);
      const source = await serve('off', {
        MQTT_CERTIFICATE_FILE: served.file('broker.pem'),
        MQTT_KEY_FILE: served.file('broker.key'),
        MQTT_CERTIFICATE_CHECK_SECONDS: '1',
      });
      const [former, next] = [await served.read('ca.pem'), await renewed.read('ca.pem')];
      const before = await signIn(source, { ...passwordOf(shelf), ca: former });
      await copyFile(renewed.file('broker.pem'), served.file('broker.pem'));
      await setTimeout(1_500);
      // Half of the renewal is none.
      expect((await signIn(source, { ...passwordOf(shelf), ca: former })).connected).toBe(true);
      await copyFile(renewed.file('broker.key'), served.file('broker.key'));
      await eventually(async () =>
        expect((await signIn(source, { ...passwordOf(shelf), ca: next })).connected).toBe(true),
      );
      await expect(signIn(source, { ...passwordOf(shelf), ca: former })).rejects.toThrow();
      await before.publishAsync(readingTopicOf(shelf), 'a reading', { qos: 1 });
      expect(received).toHaveLength(1);
    });

    it('opens no port where certificates are required and files for that are missing', () => {
      const { MQTT_CA_FILE, ...files } = settings();
      const listeners = (given: Readonly<Record<string, string>>) =>
        listenersOf(platform.config.with({ MQTT_CLIENT_CERTIFICATES: 'required', ...given }));
      expect(() => listeners({ MQTT_CA_FILE })).toThrow('MQTT_CERTIFICATE_FILE is missing');
      expect(() => listeners(files)).toThrow('MQTT_CA_FILE is missing');
      expect(() => listenersOf(platform.config.with({ MQTT_PLAIN: 'off' }))).toThrow(ConfigurationError);
    });

    it('with certificates required, opens nothing to a device without one that it trusts, whatever its password', async () => {
      const source = await serve('required');
      expect(source.mqttUrl).toBe(source.mqttTlsUrl);
      await expect(signIn(source, passwordOf(shelf))).rejects.toThrow();
      const untrusted = { ...(await certificateOf(foreign)), ...passwordOf(shelf) };
      await expect(signIn(source, untrusted)).rejects.toThrow();
      expect(received).toEqual([]);
    });

    it('with certificates optional, takes one of another authority for none', async () => {
      const source = await serve('optional');
      const untrusted = await certificateOf(foreign);
      await expect(signIn(source, untrusted)).rejects.toThrow(/refused/i);
      expect((await signIn(source, { ...untrusted, ...passwordOf(shelf) })).connected).toBe(true);
    });
  });

  describeWithMosquitto('at an outside broker that requires certificates', () => {
    it('Kedai shows its own and receives readings; without it the start says why it cannot', async () => {
      const files = ['cafile ca.pem', 'certfile broker.pem', 'keyfile broker.key'].map((line) => {
        const [setting = '', name = ''] = line.split(' ');
        return `${setting} ${own.file(name)}`;
      });
      const broker = await startMosquitto(() =>
        [...files, 'require_certificate true', 'allow_anonymous true'].join('\n'),
      );
      closing.push(broker.stop);
      const url = `mqtts://127.0.0.1:${broker.port}`;
      const certificate = await certificateOf(own);
      const tls = { ca: await own.read('ca.pem'), ...certificate };

      const texts: string[] = [];
      const source = subscribeToReadings({
        ...{ url, tls, clientId: 'tls', log },
        receiver: {
          async receive({ payload }) {
            texts.push(Buffer.from(payload).toString('utf8'));
          },
          stop: async () => undefined,
        },
      });
      closing.push(source.stop);
      await eventually(() => source.ready());
      const device = await mqtt.connectAsync(url, { ...tls, reconnectPeriod: 0 });
      closing.push(() => device.endAsync(true));
      await device.publishAsync(readingTopicOf({ id: newId(), outletId: newId() }), 'a reading', { qos: 1 });
      await eventually(() => expect(texts).toEqual(['a reading']));

      const reach = (given: NodeJS.ProcessEnv) =>
        neededBrokers(readSettings({ MQTT_URL: url, ...given }))[0]?.reach();
      const { MQTT_CA_FILE } = settings();
      await reach({
        MQTT_CA_FILE,
        MQTT_CERTIFICATE_FILE: own.file('shelf.pem'),
        MQTT_KEY_FILE: own.file('shelf.key'),
      });
      await expect(reach({ MQTT_CA_FILE })).rejects.toThrow(ConfigurationError);
      await expect(reach({ MQTT_CA_FILE: foreign.file('ca.pem') })).rejects.toThrow(ConfigurationError);
    });
  });

  it('settings that do not go together are named at start, all in one message', () => {
    const messageOf = (variables: NodeJS.ProcessEnv) => {
      try {
        readSettings(variables);
        return '';
      } catch (error) {
        return error instanceof ConfigurationError ? error.message : '';
      }
    };
    const { MQTT_CERTIFICATE_FILE, MQTT_KEY_FILE, MQTT_CA_FILE } = settings();
    expect(messageOf({ ...settings(), MQTT_CLIENT_CERTIFICATES: 'required' })).toBe('');
    expect(messageOf({ MQTT_CERTIFICATE_FILE, MQTT_CLIENT_CERTIFICATES: 'optional' })).toBe(
      `2 settings have to be changed:
  MQTT_KEY_FILE is missing: the key of MQTT_CERTIFICATE_FILE
  MQTT_CA_FILE is missing: who signs the certificates of devices`,
    );
    expect(messageOf({ MQTT_CERTIFICATE_FILE, MQTT_KEY_FILE: own.file('shelf.key') })).toBe(
      'MQTT_KEY_FILE is of another certificate.',
    );
    expect(messageOf({ MQTT_CERTIFICATE_FILE: MQTT_KEY_FILE, MQTT_KEY_FILE: MQTT_CA_FILE })).toBe(
      `2 settings have to be changed:
  MQTT_CERTIFICATE_FILE must name a PEM file with a certificate
  MQTT_KEY_FILE must name a PEM file with a private key that has no passphrase`,
    );
    expect(messageOf({ MQTT_PLAIN: 'off' })).toBe(
      'MQTT_CERTIFICATE_FILE is missing: the embedded broker serves TLS with it.',
    );
    expect(messageOf({ MQTT_URL: 'mqtt://broker.example', MQTT_CA_FILE })).toBe(
      'MQTT_URL must be a mqtts: URL where files for TLS are set.',
    );
    expect(
      messageOf({ ...settings(), MQTT_CA_FILE: own.file('none.pem'), MQTT_CLIENT_CERTIFICATES: 'required' }),
    ).toBe('MQTT_CA_FILE must name a file that can be read.');
    expect(messageOf(settings())).toBe(
      'MQTT_CLIENT_CERTIFICATES must be optional or required: with off, MQTT_CA_FILE has no effect.',
    );
    const atOutside = { MQTT_URL: 'mqtts://broker.example', MQTT_CLIENT_CERTIFICATES: 'required' };
    expect(messageOf({ ...atOutside, MQTT_PLAIN: 'off' })).toBe(
      `2 settings have to be changed:
  MQTT_CLIENT_CERTIFICATES is a setting of the embedded broker: it has no effect with MQTT_URL
  MQTT_PLAIN is a setting of the embedded broker: it has no effect with MQTT_URL`,
    );
  });
});
