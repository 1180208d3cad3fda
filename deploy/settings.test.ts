import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../platform/config.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { readSettings, SETTING_NAMES } from './settings.js';

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

  it('treat an empty variable as one that is not set', () => {
    expect(readSettings({ MIDTRANS_BASE_URL: '', PORT: '' }).value('MIDTRANS_BASE_URL')).toBeUndefined();
  });
});
