/** Values nested so deep that a recursive visitor would exhaust the stack are refused before any visit. */
import { expect, test } from 'vitest';
import { FrontEnd } from '../../tests/support/front-end.js';
import { startShopGateway } from '../../tests/support/shop-gateway.js';
import { nestsBeyond } from './document-limits.js';

test('a variable of any depth is looked at no deeper than it may be', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`);
  expect([31, 32, 33, 100_000].map((depth) => nestsBeyond(nested(depth), 32))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('what counting cannot get to the end of is too complex', async () => {
  const [fragments, levels] = [99, 300];
  // Each fragment is shallow enough to be parsed; counted as if spread out, they are one in the other.
  const spread = Array.from({ length: fragments }, (_, n) => {
    const inner = n + 1 < fragments ? `...f${n + 1}` : 'id';
    return `fragment f${n} on Product { ${'related { '.repeat(levels)} ${inner} ${'}'.repeat(levels)} }`;
  });
  const under = await startShopGateway({ limits: { tokens: 1_000_000, bodyBytes: 2 ** 20 } });
  const codes = await new FrontEnd(under.url).codes(`{ products { ...f0 } } ${spread.join(' ')}`);
  expect(codes).toEqual(['OPERATION_TOO_COMPLEX']);
  await under.stop();
});
