import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { indented } from './indented.js';

const OPERATION = `query StockOfOutlet($outletId: ID!, $first: Int = 20) {
  stockItems(outletId: $outletId, first: $first) {
    nodes {
      ...StockRow
      runsOutAt @include(if: $isDetailed)
      cause {
        ... on OrderCause {
          order {
            id
          }
        }
      }
    }
  }
}

fragment StockRow on StockItem {
  id
  version
}`;

it('an operation on one line means the same on many', () => {
  const text = indented(OPERATION.replaceAll(/\s+/g, ' '));
  expect(print(parse(text))).toBe(print(parse(OPERATION)));
});

it('each field has a line of its own, two spaces deeper in each selection', () => {
  const lines = indented(OPERATION.replaceAll(/\s+/g, ' ')).split('\n');
  expect(lines[0]).toMatch(/^query StockOfOutlet\(.*\) \{$/);
  expect(lines).toContain('      ...StockRow');
  expect(lines.at(-1)).toBe('}');
});

it('arguments are set apart as in prose', () => {
  expect(indented('query A($one: ID!) { b(c: $one, first: 100) { d } }')).toContain(
    'b(c: $one, first: 100) {',
  );
});
