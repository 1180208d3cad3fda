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

    async function serve(clientCertificates: 'off' | 'optional' | 'required'): Promise<MessageSource> {
      received = [];
      const receiver = {
        async receive({ topic, payload }: { topic: string; payload: Uint8Array }) {
          received.push({ topic, text: Buffer.from(payload).toString('utf8') });
        },
        stop: async () => undefined,
      };
      const config = platform.config.with({
        ...{ MQTT_PORT: 0, MQTT_TLS_PORT: 0, MQTT_CLIENT_CERTIFICATES: clientCertificates },
        ...settings(),
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

    it('refuses the certificate of a revoked shelf', async () => {
      const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
      const revoked = await givenShelf(stock, item);
      const certificates = await makeCertificates(revoked.id);
      closing.push(certificates.remove);
      const config = { MQTT_CA_FILE: certificates.file('ca.pem') };
      await stock.database.prisma.shelf.update({
        where: { id: revoked.id },
        data: { removedAt: new Date() },
      });
      const receiver = { receive: async () => undefined, stop: async () => undefined };
      const source = await startEmbeddedSource(
        {
          ...platform,
          config: platform.config.with({
            ...{ MQTT_PORT: 0, MQTT_TLS_PORT: 0, MQTT_CLIENT_CERTIFICATES: 'optional' },
            ...{ ...settings(), ...config },
          }),
        },
        stock.database,
        receiver,
      );
      closing.push(source.stop);
      await expect(signIn(source, await certificateOf(certificates))).rejects.toThrow(/refused/i);
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
    expect(messageOf({ MQTT_CA_FILE: own.file('none.pem') })).toBe(
      'MQTT_CA_FILE must name a file that can be read.',
    );
  });
});
