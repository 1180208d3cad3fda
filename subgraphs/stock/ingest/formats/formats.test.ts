import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../../platform/project-folder.js';
import { readingTopicOf, topicPrefixOf } from '../../domain/shelf-topic.js';
import { sparkplugPayload } from '../../testing/sparkplug.js';
import { parse } from '../parse.js';
import { FORMATS, isStatusTopic, READING_FILTERS, STATUS_FILTERS } from './list.js';

const shelf = { id: newId(), outletId: newId() };
const said = (rest: string, payload: string | Buffer = '') =>
  parse({ topic: `${topicPrefixOf(shelf)}${rest}`, payload: Buffer.from(payload) });
const BORN = 1_764_400_000_000;

test.each<[string, string, string | Buffer, number]>([
  ['plain number', 'grams', '5230.5', 5_230.5],
  ['plain number', 'grams', ' -3e1\n', -30],
  ['ESPHome', 'sensor/weight/state', '5230.0', 5_230],
  ['Tasmota', 'tele/SENSOR', '{"Time":"2026-11-29T08:00:00","HX711":{"Weight":5.23,"WeightRaw":1}}', 5_230],
  ['Homie 4', 'homie/scale-1/load-cell/weight', '5230', 5_230],
  ['Homie 5', 'homie/5/scale-1/load-cell/weight', '5230.25', 5_230.25],
  ['Sparkplug B', 'spBv1.0/kedai/NDATA/scale', sparkplugPayload({ weight: 5_230 }, 1, BORN), 5_230],
  [
    ...(['Sparkplug B', 'spBv1.0/kedai/DDATA/edge/scale'] as const),
    ...([sparkplugPayload({ 'Load cell/Weight': 7 }, 1, BORN), 7] as const),
  ],
])('%s at %s is a reading', (_name, rest, payload, grams) => {
  const { kind, ...reading } = said(rest, payload);
  expect(kind).toBe('reading');
  expect(reading).toMatchObject({ outletId: shelf.outletId, shelfId: shelf.id });
  expect(Reflect.get(reading, 'grams')).toBeCloseTo(grams);
});

test.each<[string, string | Buffer, boolean]>([
  ['tele/LWT', 'Online', true],
  ['tele/LWT', 'Offline', false],
  ['homie/scale-1/$state', 'ready', true],
  ['homie/5/scale-1/$state', 'lost', false],
  ['homie/5/scale-1/$state', '', false],
  ['spBv1.0/kedai/NDEATH/edge', sparkplugPayload({ bdSeq: 1 }, 0, BORN), false],
  ['spBv1.0/kedai/DDEATH/edge/scale', '', false],
  ['spBv1.0/kedai/NBIRTH/edge', sparkplugPayload({ bdSeq: 1 }, 0, BORN), true],
])('%s with %j is a status', (rest, payload, isOnline) => {
  expect(said(rest, payload)).toMatchObject({ kind: 'status', shelfId: shelf.id, isOnline });
});

test.each([
  ['sensor/wifi_signal/state', '-60'],
  ['switch/relay/state', 'ON'],
  ['debug', '[D][hx711]'],
  ['tele/STATE', '{"Uptime":"0T00:00:10"}'],
  ['tele/SENSOR', '{"Time":"2026-11-29T08:00:00","SI7021":{"Temperature":20.1}}'],
  ['stat/RESULT', '{"POWER":"ON"}'],
  ['homie/scale-1/$name', 'Scale'],
  ['homie/scale-1/$state', 'init'],
  ['homie/5/scale-1/load-cell/temperature', '20'],
  ['spBv1.0/kedai/NCMD/edge', ''],
])('%s with %j says nothing and is no dead letter', (rest, payload) => {
  expect(said(rest, payload)).toEqual({ kind: 'ignored' });
});

test('readings of devices that number nothing are ordered by their arrival', () => {
  const payload = Buffer.from('5');
  const topic = `${topicPrefixOf(shelf)}grams`;
  const seqs = Array.from({ length: 3 }, () => Reflect.get(parse({ topic, payload }, BORN), 'seq'));
  expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
  const later = parse({ topic, payload }, Date.now() + 5);
  const same = parse({ topic, payload }, Date.now());
  expect(Reflect.get(same, 'seq')).toBe(Reflect.get(later, 'seq') + 1);
});

test('the same message of Sparkplug B is the same reading, and numbers go on after 255', () => {
  const data = (seq: number, timestamp: number) =>
    Reflect.get(said('spBv1.0/k/NDATA/n', sparkplugPayload({ weight: 1 }, seq, timestamp)), 'seq');
  expect(data(255, BORN)).toBe(data(255, BORN));
  expect(data(255, BORN)).toBeLessThan(data(0, BORN + 1));
  const battery = said('spBv1.0/k/NDATA/n', sparkplugPayload({ weight: 1, battery: 41.6 }, 1, BORN));
  expect(battery).toMatchObject({ batteryPercent: 42, at: new Date(BORN) });
});

test('a birth certificate of Sparkplug B names a boot, which data go on in', () => {
  const birth = said('spBv1.0/k/NBIRTH/n', sparkplugPayload({ bdSeq: 7, weight: 1 }, 0, BORN));
  expect(birth).toMatchObject({ bootId: `sparkplug 7 ${BORN}` });
  expect(birth).not.toHaveProperty('joins');
  expect(said('spBv1.0/k/NDATA/n', sparkplugPayload({ weight: 1 }, 1, BORN))).toMatchObject({
    joins: 'sparkplug ',
  });
});

test('the filters for outside brokers match the topics that are read, and statuses alone are statuses', () => {
  const matches = (filters: readonly string[], rest: string) =>
    filters.some((filter) => {
      const pattern = filter.replaceAll('$', '\\$').replaceAll('+', '[^/]+');
      return new RegExp(`^${pattern}$`).test(`${topicPrefixOf(shelf)}${rest}`);
    });
  for (const rest of ['reading', 'grams', 'sensor/weight/state', 'tele/SENSOR', 'homie/5/d/n/weight']) {
    expect([rest, matches(READING_FILTERS, rest)]).toEqual([rest, true]);
    expect(isStatusTopic(`${topicPrefixOf(shelf)}${rest}`)).toBe(false);
  }
  for (const rest of ['status', 'tele/LWT', 'homie/d/$state', 'homie/5/d/$state', 'spBv1.0/g/NDEATH/n']) {
    expect([rest, matches(STATUS_FILTERS, rest)]).toEqual([rest, true]);
    expect(isStatusTopic(`${topicPrefixOf(shelf)}${rest}`)).toBe(true);
  }
  expect(isStatusTopic('homie/d/$state')).toBe(false);
});

test('docs/mqtt.md names every format, and the topics of its ESPHome scale are those that are read', async () => {
  const text = await readFile(join(PROJECT_FOLDER, 'docs/mqtt.md'), 'utf8');
  for (const { name } of FORMATS) expect(text.toLowerCase()).toContain(`| ${name.toLowerCase()}`);
  const yaml = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? '';
  const filled = yaml.replaceAll('{outletId}', shelf.outletId).replaceAll('{shelfId}', shelf.id);
  const value = (key: string) => new RegExp(`^ *${key}: "?([^"\n]*)"?$`, 'm').exec(filled)?.[1] ?? '';
  const prefix = value('topic_prefix');
  expect(`${prefix}/reading`).toBe(readingTopicOf(shelf));
  expect(value('username')).toBe(shelf.id);
  // ESPHome publishes a sensor's state at <prefix>/sensor/<name in lower case>/state.
  const topic = `${prefix}/sensor/${value('  - platform: hx711\n    name').toLowerCase()}/state`;
  expect(parse({ topic, payload: Buffer.from('1000.0') })).toMatchObject({ kind: 'reading', grams: 1_000 });
  expect([...filled.matchAll(/^ *topic: "(.*)"$/gm)].map(([, one]) => one)).toEqual([
    `${topicPrefixOf(shelf)}status`,
    `${topicPrefixOf(shelf)}status`,
  ]);
});
