/** The key names everything that an answer depends on: an omission would share it with the wrong callers. */
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { selectedOf } from './share-key.js';

const schema = buildSchema(`
  type Query { n: Int }
  type Subscription { tick: Int  told: Note  mixed: Media }
  type Note { text: String  by: Author }
  type Author { name: String }
  interface Media { title: String }
  type Book implements Media { title: String }
`);

test.each([
  ['{ tick }', ['Subscription.tick']],
  ['{ told { __typename } }', ['Subscription.told', 'Note']],
  ['{ told { text by { __typename } } }', ['Subscription.told', 'Note', 'Author']],
  ['{ mixed { ... on Book { __typename } } }', ['Subscription.mixed', 'Media', 'Book']],
  ['{ ...f } fragment f on Subscription { told { text } }', ['Subscription.told', 'Note']],
])('%s depends on %j', (selection, selected) => {
  expect([...selectedOf(schema, parse(`subscription ${selection}`))]).toEqual(selected);
});
