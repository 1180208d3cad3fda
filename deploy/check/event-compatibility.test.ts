import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { brokenPromises, type JsonSchema } from './event-compatibility.js';

const FILE = 'order.paid.v1.schema.json';
const LINE = { name: z.string(), size: z.int() };
const ORDER = { id: z.guid(), note: z.string().optional(), lines: z.array(z.object(LINE)) };
const schemaOf = (fields: z.ZodRawShape): JsonSchema => ({
  ...z.toJSONSchema(z.object(fields), { io: 'input' }),
});
const released = { [FILE]: schemaOf(ORDER) };
const brokenBy = (fields: z.ZodRawShape, file = FILE) =>
  brokenPromises(released, new Map([[file, schemaOf(fields)]]));

describe('a released schema of events', () => {
  it('gains optional fields, and other words', () => {
    const lines = z.array(z.object({ ...LINE, ice: z.boolean().optional() }));
    expect(brokenBy({ ...ORDER, lines, tip: z.int().optional() })).toEqual([]);
    expect(brokenBy({ ...ORDER, id: z.guid().describe('Of the order.') })).toEqual([]);
  });

  it.each<[string, z.ZodRawShape, string]>([
    ['loses no field', { id: ORDER.id, lines: ORDER.lines }, 'order.paid.v1.note was removed'],
    ['gains no required field', { ...ORDER, tip: z.int() }, 'order.paid.v1.tip was added as required'],
    ['makes no field required', { ...ORDER, note: z.string() }, 'order.paid.v1.note became required'],
    ['makes no field optional', { ...ORDER, id: z.guid().optional() }, 'order.paid.v1.id became optional'],
    [
      'loses no field of an entry of a list',
      { ...ORDER, lines: z.array(z.object({ name: z.string() })) },
      'order.paid.v1.lines[].size was removed',
    ],
    [
      'changes no type',
      { ...ORDER, note: z.boolean().optional() },
      'order.paid.v1.note changed from {"type":"string"} to {"type":"boolean"}',
    ],
    [
      'makes no field null',
      { ...ORDER, note: z.string().nullable().optional() },
      'order.paid.v1.note changed from {"type":"string"} to {"type":["string","null"]}',
    ],
    [
      'makes no list of a field',
      { ...ORDER, note: z.array(z.string()).optional() },
      'order.paid.v1.note changed from {"type":"string"} to {"items":{"type":"string"},"type":"array"}',
    ],
  ])('%s without a raised version', (_rule, fields, change) => {
    expect(brokenBy(fields)).toEqual([change]);
    expect(brokenBy(fields, 'order.paid.v2.schema.json')).toEqual([]);
  });

  it('is not dropped with its type', () => {
    expect(brokenPromises(released, new Map())).toEqual(['Event order.paid was removed']);
  });
});
