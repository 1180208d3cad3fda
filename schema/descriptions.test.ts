import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { faultsOfDescriptions } from './descriptions.js';

it('names every type, field, argument, input field and enum value without a description', () => {
  const schema = buildSchema(`
    type Query { cup(size: Size, by: By): Cup  "Its lid." lid("Of the lid." colour: String): String }
    interface Thing { name: String }
    type Cup implements Thing { name: String }
    enum Size { SMALL  "Half a litre." LARGE }
    input By { barcode: String }
    scalar Grams
  `);
  expect(faultsOfDescriptions(schema).sort()).toEqual(
    [
      ...['Query.cup', 'Query.cup(size:)', 'Query.cup(by:)', 'Size', 'Size.SMALL', 'By', 'By.barcode'],
      ...['Cup', 'Cup.name', 'Thing', 'Thing.name', 'Grams'],
    ]
      .map((coordinate) => `${coordinate} has no description`)
      .sort(),
  );
});

it('names a deprecation that does not say since when', () => {
  const schema = buildSchema(`
    type Query {
      "Old." cup: Int @deprecated(reason: "Use mug.")
      "Older." lid: Int @deprecated(reason: "Use mug, since 2026-11-29.")
    }
  `);
  expect(faultsOfDescriptions(schema)).toEqual(['Query.cup is deprecated without a date']);
});
