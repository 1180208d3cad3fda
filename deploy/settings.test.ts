import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../platform/config.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { misspeltSettings, readSettings, SETTING_NAMES } from './settings.js';

/** A row for every subgraph. */
const EACH = '<SUBGRAPH>';

describe('deploy/settings.md', () => {
  it('documents every setting, and no other', async () => {
    const text = await readFile(join(PROJECT_FOLDER, 'deploy', 'settings.md'), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([A-Z0-9_<>]+)`/g)].flatMap(([, name = '']) =>
        name.startsWith(EACH)
          ? SUBGRAPH_NAMES.map((subgraph) => name.replace(EACH, subgraph.toUpperCase()))
          : [name],
      ),
    );
    expect(named.toSorted()).toEqual([...SETTING_NAMES].toSorted());
  });
});

describe('the settings', () => {
  it('are validated together: one message names the invalid ones of every unit', () => {
    const variables = {
      PORT: 'high',
      LIMIT_DEPTH: '0',
      MENU_URL: 'menu',
      STOCK_DATABASE_URL: 'mysql://localhost/stock',
      MIDTRANS_BASE_URL: 'nowhere',
      PAYMENT_WINDOW_SECONDS: '0',
      MQTT_PORT: '-1',
    };
    expect(() => readSettings(variables)).toThrow(ConfigurationError);
    for (const name of Object.keys(variables)) expect(() => readSettings(variables)).toThrow(name);
  });

  it('say what is expected, and quote nothing that may be secret', () => {
    const messageOf = (variables: NodeJS.ProcessEnv) => {
      try {
        readSettings(variables);
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    expect(messageOf({ DATABASE_URL: 'mysql://kedai:hidden@localhost' })).toBe(
      'DATABASE_URL must be a postgres: or postgresql: URL.',
    );
    expect(messageOf({ SUBGRAPH_SECRET: 'hidden' })).toBe(
      'SUBGRAPH_SECRET must have at least 32 characters.',
    );
    expect(messageOf({ LIMIT_DEPTH: '1.5' })).toBe(
      'LIMIT_DEPTH must be a whole number at least 1, not "1.5".',
    );
    expect(messageOf({ NODE_ENV: 'prod' })).toBe(
      'NODE_ENV must be one of development, production, test, not "prod".',
    );
    expect(messageOf({ CORS_ORIGINS: 'https://shop.example/' })).toMatch(
      /^CORS_ORIGINS must be origins such as https:\/\/shop\.example/,
    );
  });

  it('say of brokers what is expected, without what signs in to them', () => {
    const problem = 'NATS_URL must be a nats: or tls: URL, or several with commas between.';
    expect(() => readSettings({ NATS_URL: 'nats://one,http://kedai:hidden@two' })).toThrow(problem);
    expect(() => readSettings({ NATS_URL: 'nats://one,http://kedai:hidden@two' })).not.toThrow('hidden');
    expect(() => readSettings({ NATS_URL: 'nats://kedai:hidden@one:4222, tls://two' })).not.toThrow();
    expect(() => readSettings({ KAFKA_BROKERS: 'kafka-1:9092,kafka-2' })).toThrow(
      'KAFKA_BROKERS must be addresses',
    );
    expect(() => readSettings({ KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092' })).not.toThrow();
    expect(() => readSettings({ NATS_CREDENTIALS_FILE: '/none/such' })).toThrow(
      'NATS_CREDENTIALS_FILE must name a file',
    );
  });

  it('name a variable that is none of them and looks like one that is not set', () => {
    expect(misspeltSettings({ DATABASE_URI: 'x', REDIS_URLS: 'x', PATH: 'x', MQTT_PASSWORD: 'x' })).toEqual([
      'DATABASE_URI is no setting: DATABASE_URL is.',
      'REDIS_URLS is no setting: REDIS_URL is.',
    ]);
    expect(misspeltSettings({ DATABASE_URI: 'x', DATABASE_URL: 'x' })).toEqual([]);
  });

  it('treat an empty variable as one that is not set', () => {
    expect(readSettings({ MIDTRANS_BASE_URL: '', PORT: '' }).value('MIDTRANS_BASE_URL')).toBeUndefined();
  });
});
