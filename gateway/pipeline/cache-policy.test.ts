import { buildSchema, OperationTypeNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { CacheHint, CacheHints } from '../supergraph/cache-hints.js';
import { maxAgeOf } from './cache-policy.js';

const schema = buildSchema(`
  type Query { me: Person page: Page list: List shown: Shown }
  type Person { name: String }
  type Page { text: String author: Person parts: [Part!] }
  type Part { text: String }
  type List { parts: [Part!] }
  interface Shown { title: String }
  type Poster implements Shown { title: String }
  type Letter implements Shown { title: String }
`);

const NONE: CacheHint = { maxAge: undefined, inherits: false, isPrivate: false };
const lasts = (maxAge: number): CacheHint => ({ ...NONE, maxAge });
const INHERITS: CacheHint = { ...NONE, inherits: true };
const PRIVATE: CacheHint = { ...NONE, isPrivate: true };

function ageOf(query: string, hints: Readonly<Record<string, CacheHint>>): number {
  const document = parse(query);
  const [definition] = document.definitions;
  if (definition?.kind !== 'OperationDefinition') throw new Error('An operation is expected');
  const given: CacheHints = new Map(Object.entries(hints));
  expect(definition.operation).toBe(OperationTypeNode.QUERY);
  return maxAgeOf(schema, given, document, definition);
}

test('the shortest of all hints counts, and an object without one is not cached', () => {
  expect(ageOf('{ page { text parts { text } } }', { Page: lasts(60), Part: lasts(5) })).toBe(5);
  expect(ageOf('{ page { text parts { text } } }', { Page: lasts(60) })).toBe(0);
  expect(ageOf('{ page { text parts { text } } }', { Page: lasts(60), Part: INHERITS })).toBe(60);
});

test("a field's hint goes before its type's, but never makes public what its type calls private", () => {
  expect(ageOf('{ me { name } }', { 'Query.me': lasts(60), Person: lasts(5) })).toBe(60);
  expect(ageOf('{ me { name } }', { 'Query.me': lasts(60), Person: PRIVATE })).toBe(0);
  expect(ageOf('{ me { name } }', { 'Query.me': lasts(60), 'Person.name': PRIVATE })).toBe(0);
});

test('there is nothing to inherit at the top', () => {
  const hints = { List: INHERITS, Part: INHERITS, Page: lasts(60) };
  expect(ageOf('{ list { parts { text } } page { text } }', hints)).toBe(0);
});

test('behind an interface the strictest of all that it may be counts', () => {
  expect(ageOf('{ shown { title } }', { Shown: lasts(60), Poster: lasts(5) })).toBe(5);
  expect(ageOf('{ shown { title } }', { Poster: lasts(5) })).toBe(0);
  expect(ageOf('{ shown { title } }', { Shown: lasts(60), 'Poster.title': lasts(7) })).toBe(7);
  expect(ageOf('{ shown { title } }', { Shown: lasts(60), Letter: PRIVATE })).toBe(0);
  expect(ageOf('{ shown { title } }', { Shown: lasts(60), 'Letter.title': PRIVATE })).toBe(0);
});
