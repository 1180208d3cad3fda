/**
 * Our executor against Apollo's: generated operations on supergraphs that use every feature of federation, against
 * subgraphs whose made-up answers are sound, null, missing, wrong or in error. The two must say the same.
 *
 * Where ours says something else on purpose:
 *
 * - Lists, objects and leaves in each other's place make Apollo's executor answer without any data. Ours completes the
 *   rest and says what was wrong where it was ("If result is not a collection of values, raise an execution error",
 *   CompleteValue, GraphQL specification 6.4.3), so such answers are held to the schema and not to Apollo.
 * - Apollo places an entity's error by counting the objects at the path, and is off where one of them was not fetched
 *   (another type of a union, a null key). Ours keeps the place of each object; the test requires a null
 *   at or above it ("the path of the response field which experienced the error", 7.1.2).
 * - What went wrong with a whole request, ours says once for every request that it sends, and it sends fewer.
 * - Wrong values are errors in ours (CompleteValue again) and `extensions.valueCompletion` in Apollo's, where it says
 *   nothing of them as soon as a subgraph reported any error.
 * - Which wrong values are reported where the first of them has made everything around null already follows the order of the
 *   selection in ours (CollectFields, 6.3.2), and of its own normal form in Apollo's; so does the order of keys.
 * - The type of an object that does not say it, because its field can have one type only, is forgotten by Apollo inside a
 *   fragment on an interface. Apollo's subgraphs say the type of every object here.
 * - A subgraph that has an interface as an object (`@interfaceObject`) cannot make the gateway forget an object's type.
 * - A field that was renamed in the fetch and came back falsy is lost by Apollo and not by ours (`KeyRenamer`).
 */
import fc from 'fast-check';
import { execute as executeLocally, GraphQLError, OperationTypeNode, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { execute, executeToText } from '../execute.js';
import { type PreparedOperation, prepare } from '../prepare.js';
import { executeWithApollo } from './apollo-executor.js';
import { FakeSubgraph } from './fake-subgraph.js';
import { type Faults, NO_FAULTS } from './faults.js';
import { type GeneratedOperation, operations } from './operations.js';
import { MEDIA, SHOP, type TestSupergraph } from './supergraphs.js';

interface Told {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

interface Said {
  readonly data?: unknown;
  readonly errors?: readonly Told[];
  readonly extensions?: { readonly valueCompletion?: readonly Told[] };
}

const call = {
  identity: ANONYMOUS,
  authorization: undefined,
  traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
  signal: new AbortController().signal,
};

/** A fixed seed (a slow machine runs fewer); `DIFFERENTIAL_RUNS` sets a number of runs with random seeds. */
const wanted = Number(process.env.DIFFERENTIAL_RUNS ?? 0);
const limits =
  wanted > 0 ? { numRuns: wanted } : { numRuns: 250, seed: 20_261_120, interruptAfterTimeLimit: 8_000 };

function fakes(
  { subgraphs }: TestSupergraph,
  seed: number,
  faults: Faults,
  saysTypes = false,
): Map<string, FakeSubgraph> {
  return new Map(
    [...subgraphs].map(([name, schema]) => [name, new FakeSubgraph(name, schema, seed, faults, saysTypes)]),
  );
}

function prepared({ supergraph }: TestSupergraph, { source }: GeneratedOperation): PreparedOperation {
  const document = parse(source);
  fc.pre(validate(supergraph.apiSchema, document).length === 0);
  try {
    return prepare(supergraph, document);
  } catch (error) {
    // Apollo's planner cannot plan some operations, so there is nothing to compare.
    if (error instanceof GraphQLError && error.extensions.code === 'INTERNAL_SERVER_ERROR') fc.pre(false);
    throw error;
  }
}

function plain(result: unknown): Said {
  return JSON.parse(JSON.stringify(result));
}

/** Apollo reports a request that was not answered without a path, and this gateway at every place that it left empty. */
function isOfRequest({ path, extensions }: Told): boolean {
  return path === undefined || extensions?.code === 'SUBGRAPH_UNAVAILABLE';
}

/** Errors of whole requests once, errors of fields as often as they were reported. */
function inOrder(errors: readonly Told[] = []): readonly string[] {
  const ofRequests = errors.filter(isOfRequest).map(({ message }) => message);
  const ofFields = errors
    .filter((error) => !isOfRequest(error))
    .map(({ message, extensions = {} }) =>
      JSON.stringify([message, extensions.code, extensions.serviceName, extensions.more]),
    );
  return [...ofFields, ...new Set(ofRequests)].sort();
}

function isNullAt(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const key of path) {
    if (value === null || typeof value !== 'object') break;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value === null || value === undefined;
}

function isFinding({ message }: Told): boolean {
  return /^(Cannot return null for|Invalid (value|__typename) found for) | not found$/.test(message);
}

/** What was wrong with the data itself; in `errors` they are left out then. */
function split({ errors = [], extensions }: Said) {
  return {
    findings: extensions?.valueCompletion ?? errors.filter(isFinding),
    errors: errors.filter((error) => !isFinding(error)),
  };
}

async function bothSay(target: TestSupergraph, operation: GeneratedOperation, seed: number, faults: Faults) {
  const ready = prepared(target, operation);
  const { variables } = operation;
  const oursFrom = fakes(target, seed, faults);
  const theirsFrom = fakes(target, seed, faults, true);
  const ours = plain(await execute(ready, { variables, clients: oursFrom, call }));
  const { text } = await executeToText(ready, { variables, clients: fakes(target, seed, faults), call });
  const theirs = plain(await executeWithApollo(ready, variables, theirsFrom, call));
  expect(plain(JSON.parse(text)), 'the text says what the object says').toEqual(ours);
  return { ours, theirs, oursFrom, theirsFrom };
}

const calls = (clients: ReadonlyMap<string, FakeSubgraph>): number =>
  [...clients.values()].reduce((sum, client) => sum + client.calls, 0);

const seeds = fc.nat(1_000_000);

describe.each([SHOP, MEDIA].map((target) => [target.name, target] as const))(
  'on the %s supergraph',
  (_, target) => {
    const queries = operations(target.supergraph.apiSchema, OperationTypeNode.QUERY);

    it('gives the same data as Apollo, with no more requests', async () => {
      await fc.assert(
        fc.asyncProperty(queries, seeds, async (operation, seed) => {
          const { ours, theirs, oursFrom, theirsFrom } = await bothSay(target, operation, seed, NO_FAULTS);
          expect(ours.data).toEqual(theirs.data);
          expect(split(ours).findings.length > 0).toBe(split(theirs).findings.length > 0);
          expect(split(ours).errors).toEqual([]);
          expect(theirs.errors).toBeUndefined();
          expect(calls(oursFrom)).toBeLessThanOrEqual(calls(theirsFrom));
        }),
        limits,
      );
    });

    it('gives the same data and errors as Apollo when subgraphs fail', async () => {
      const faults = fc.record({
        nulls: fc.constantFrom(0, 5, 20),
        errors: fc.constantFrom(0, 5, 20),
        missing: fc.constantFrom(0, 3),
        wrongLeaves: fc.constantFrom(0, 5),
        wrongShapes: fc.constant(0),
        deadServices: fc.constantFrom(0, 0, 30),
      });
      await fc.assert(
        fc.asyncProperty(queries, seeds, faults, async (operation, seed, given) => {
          const { ours, theirs } = await bothSay(target, operation, seed, given);
          expect(ours.data).toEqual(theirs.data);
          const { errors, findings } = split(ours);
          expect(inOrder(errors)).toEqual(inOrder(theirs.errors));
          const places = new Set(theirs.errors?.map(({ path }) => JSON.stringify(path)));
          for (const { path } of [...errors, ...findings]) {
            if (path && !places.has(JSON.stringify(path))) expect(isNullAt(ours.data, path)).toBe(true);
          }
          if (theirs.errors === undefined) {
            expect(findings.length > 0).toBe(split(theirs).findings.length > 0);
          }
        }),
        limits,
      );
    });
  },
);

describe('on the shop supergraph', () => {
  it('runs mutations in the same order as Apollo', async () => {
    await fc.assert(
      fc.asyncProperty(
        operations(SHOP.supergraph.apiSchema, OperationTypeNode.MUTATION),
        seeds,
        async (operation, seed) => {
          const { ours, theirs, oursFrom, theirsFrom } = await bothSay(SHOP, operation, seed, {
            ...NO_FAULTS,
            errors: 5,
          });
          expect(ours.data).toEqual(theirs.data);
          expect(inOrder(split(ours).errors)).toEqual(inOrder(theirs.errors));
          for (const [service, { mutations }] of oursFrom)
            expect(mutations).toEqual(theirsFrom.get(service)?.mutations);
        },
      ),
      limits,
    );
  });

  it('keeps to the schema whatever shape a subgraph answers in', async () => {
    await fc.assert(
      fc.asyncProperty(
        operations(SHOP.supergraph.apiSchema, OperationTypeNode.QUERY),
        seeds,
        async (operation, seed) => {
          const ready = prepared(SHOP, operation);
          const { variables } = operation;
          const clients = fakes(SHOP, seed, { ...NO_FAULTS, wrongShapes: 8, nulls: 3 });
          const { data } = plain(await execute(ready, { variables, clients, call }));
          const again = await executeLocally({
            schema: SHOP.supergraph.apiSchema,
            document: ready.document,
            variableValues: variables,
            rootValue: data,
            fieldResolver: (source, _args, _context, { path }) =>
              Object.entries(source).find(([key]) => key === path.key)?.[1],
          });
          if (data !== null) expect(JSON.stringify(again)).toBe(JSON.stringify({ data }));
        },
      ),
      limits,
    );
  });
});
