import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../project-folder.js';
import { FREE_TEXT_FIELDS, PERSONAL_EVENT_TYPES } from './event-types.js';

/** Fields that may say who somebody is or how to reach them. */
const PERSONAL_FIELD = /\b(\w*[nN]ame|address|phone|email|to|facts|origin|before|after)\??:/g;

/** Fields that people fill in as they like. */
const FREE_TEXT = /\b(reason|note|comment|remark|text|evidence|description)\??:/g;

/** Types with such fields that are of things, or of the chain itself. */
const OF_THINGS: Readonly<Record<string, readonly string[]>> = {
  'franchise.changed': ['name'],
  'outlet.changed': ['address', 'name', 'phone'],
  'menu-item.changed': ['name'],
  'promotion.changed': ['name'],
  'order.placed': ['name'],
  'order.paid': ['name'],
  'order.rejected': ['name'],
  'order.lines-remade': ['name'],
  'order.substitution-changed': ['name'],
  'stock.low': ['ingredientName'],
  'stock.expiring': ['ingredientName'],
  'stock.at-risk': ['ingredientName'],
  'reward.redeemed': ['name'],
  'sales-report.made': ['to', 'before'],
  'schedule.due': ['to'],
};

describe('docs/events.md', () => {
  it('documents every event type, and no other', async () => {
    const read = (...path: string[]) => readFile(join(PROJECT_FOLDER, ...path), 'utf8');
    const source = await read('platform', 'events', 'event-types.ts');
    const types = [...source.matchAll(/^ {2}'([a-z-]+\.[a-z-]+)':/gm)].map(([, type]) => type);
    const rows = (await read('docs', 'events.md')).split('\n').filter((line) => line.startsWith('| '));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[2] ?? '').matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, type]) => type),
    );
    expect(types.length).toBeGreaterThan(20);
    expect(named.toSorted()).toEqual(types.toSorted());
  });
});

describe('event types', () => {
  it('have words of people in fields alone that the event log leaves out', async () => {
    const source = await readFile(join(PROJECT_FOLDER, 'platform', 'events', 'event-types.ts'), 'utf8');
    const fields = [...source.matchAll(FREE_TEXT)].map(([, field]) => field);
    expect([...new Set(fields)]).toEqual(FREE_TEXT_FIELDS);
  });

  it('are listed as personal if their data has names, addresses or phone numbers of people', async () => {
    const source = await readFile(join(PROJECT_FOLDER, 'platform', 'events', 'event-types.ts'), 'utf8');
    const shapes = new Map(
      [...source.matchAll(/^export interface (\w+) \{([\s\S]*?)^\}$/gm)].map(([, name = '', body = '']) => [
        name,
        body,
      ]),
    );
    const dataOf = (text: string): string => {
      const named = [...shapes].filter(
        ([name]) => name !== 'EventData' && new RegExp(`\\b${name}\\b`).test(text),
      );
      return text + named.map(([, body]) => dataOf(body)).join('');
    };
    const personal = (shapes.get('EventData') ?? '').split(/^ {2}(?=')/m).flatMap((text) => {
      const [, type = ''] = /^'([a-z-]+\.[a-z-]+)':/.exec(text) ?? [];
      const fields = [...dataOf(text).matchAll(PERSONAL_FIELD)].map(([, field = '']) => field);
      const isOfThings = fields.every((field) => OF_THINGS[type]?.includes(field));
      return type === '' || isOfThings ? [] : [type];
    });
    expect(shapes.get('OrderRef')).toContain('customerId');
    expect(personal.toSorted()).toEqual(PERSONAL_EVENT_TYPES.toSorted());
  });
});
