import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SUBGRAPH_NAMES } from '../../subgraphs/names.js';
import { loadSupergraph } from './supergraph.js';

const kedai = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');

const header = `
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
    EXTRA
  { query: Query }
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  scalar join__FieldSet
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  enum join__Graph { A @join__graph(name: "a", url: "http://localhost/a") }
  BODY
`;

function supergraph(extra: string, body: string): string {
  return header.replace('EXTRA', extra).replace('BODY', body);
}

describe('loadSupergraph', () => {
  it('gives the schema that clients see, the services and an id that follows the SDL', () => {
    const loaded = loadSupergraph(kedai);
    expect(loaded.services.map(({ name }) => name)).toEqual([...SUBGRAPH_NAMES].toSorted());
    expect(validate(loaded.apiSchema, parse('{ me { id roles { role } } }'))).toEqual([]);
    expect(loaded.apiSchema.getType('join__Graph')).toBeUndefined();
    expect(loadSupergraph(kedai).id).toBe(loaded.id);
    expect(loadSupergraph(`${kedai}\n`).id).not.toBe(loaded.id);
  });

  it('shows what the access directives demand, under the names that the links give them', () => {
    const { security } = loadSupergraph(
      supergraph(
        `@link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@signedIn" }], for: SECURITY)
         @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY, import: ["@requiresScopes"])
         @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)`,
        `directive @signedIn on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
         directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
         directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
         scalar requiresScopes__Scope
         scalar policy__Policy
         type Query @join__type(graph: A) {
           open: Int
           me: Secret @signedIn
           both: Int @requiresScopes(scopes: [["a", "b"], ["c"]])
         }
         type Secret @join__type(graph: A) @policy(policies: [["vault"]]) { id: ID }`,
      ),
    );
    expect(Object.fromEntries(security.fields)).toEqual({
      'Query.me': { authenticated: true, scopes: [], policies: [] },
      'Query.both': { authenticated: false, scopes: [['a', 'b'], ['c']], policies: [] },
    });
    expect(Object.fromEntries(security.types)).toEqual({
      Secret: { authenticated: false, scopes: [], policies: [['vault']] },
    });
  });

  it('refuses a security feature that it does not know', () => {
    const sdl = supergraph(
      '@link(url: "https://example.com/vault/v1.0", for: SECURITY)',
      'type Query @join__type(graph: A) { open: Int }',
    );
    expect(() => loadSupergraph(sdl)).toThrow(/vault\/v1\.0 is for: SECURITY but is unsupported/);
  });

  it('refuses a newer version of a security feature than it enforces', () => {
    const sdl = supergraph(
      '@link(url: "https://specs.apollo.dev/authenticated/v0.9", for: SECURITY)',
      'type Query @join__type(graph: A) { open: Int }',
    );
    expect(() => loadSupergraph(sdl)).toThrow(/authenticated\/v0\.9 is for: SECURITY but is unsupported/);
  });

  it('refuses a newer version of @context than it executes', () => {
    const sdl = supergraph(
      '@link(url: "https://specs.apollo.dev/context/v0.9", for: SECURITY)',
      'type Query @join__type(graph: A) { open: Int }',
    );
    expect(() => loadSupergraph(sdl)).toThrow(/unsupported context spec version v0\.9/);
  });

  it('takes a feature without a purpose that it does not know', () => {
    const sdl = supergraph(
      '@link(url: "https://example.com/notes/v1.0")',
      'type Query @join__type(graph: A) { open: Int }',
    );
    expect(loadSupergraph(sdl).security.fields.size).toBe(0);
  });

  it('refuses what is no supergraph', () => {
    expect(() => loadSupergraph('type Query { a: Int }')).toThrow(/must be a core schema/);
  });
});
