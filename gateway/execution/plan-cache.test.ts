import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { loadSupergraph } from '../supergraph/supergraph.js';
import { operationKey, PlanCache } from './plan-cache.js';
import { prepare } from './prepare.js';

const supergraph = loadSupergraph(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);
const make = (source: string) => () => prepare(supergraph, parse(source));

describe('PlanCache', () => {
  it('prepares an operation once and counts', () => {
    const cache = new PlanCache();
    const first = cache.get('a', make('{ me { id } }'));
    expect(cache.get('a', make('{ me { id } }'))).toBe(first);
    expect(cache.stats).toMatchObject({ hits: 1, misses: 1, operations: 1 });
    expect(cache.stats.bytes).toBe(first.weight);
  });

  it('lets the least recently used go when there are too many', () => {
    const cache = new PlanCache({ maxOperations: 2 });
    const a = cache.get('a', make('{ me { id } }'));
    cache.get('b', make('{ me { name } }'));
    cache.get('a', make('{ me { id } }'));
    cache.get('c', make('{ me { email } }'));
    expect(cache.get('a', make('{ me { id } }'))).toBe(a);
    expect(cache.stats).toMatchObject({ hits: 2, misses: 3, operations: 2 });
  });

  it('stays within its bytes, and does not keep what is heavier than all of them', () => {
    const { weight } = prepare(supergraph, parse('{ me { id } }'));
    const cache = new PlanCache({ maxBytes: weight * 2 });
    cache.get('a', make('{ me { id } }'));
    const heavy = `{ ${Array.from({ length: 20 }, (_, index) => `m${index}: me { id name }`).join(' ')} }`;
    expect(cache.get('b', make(heavy)).plan.node).toBeDefined();
    expect(cache.stats).toMatchObject({ operations: 1, bytes: weight });
  });

  it('keeps nothing of what cannot be prepared', () => {
    const cache = new PlanCache();
    expect(() => cache.get('a', make('query A { me { id } } query B { me { id } }'))).toThrow(
      /Must provide operation name/,
    );
    expect(cache.stats.operations).toBe(0);
  });
});

describe('operationKey', () => {
  it('differs for operations that would run differently', () => {
    const keys = [
      operationKey('{ a }'),
      operationKey('{ b }'),
      operationKey('{ a }', 'A'),
      operationKey('{ a }', undefined, 'A'),
      operationKey('{ a }', 'A', 'B'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
