/** How the GraphiQL page sends operations, by its script itself in a page without an editor. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { browserScript } from './browser-script.js';

interface Operation {
  readonly query: string;
  readonly operationName?: string;
}
type Fetcher = (operation: Operation, options: { readonly documentAST?: object }) => unknown;

/** @returns how GraphiQL is given operations to send, and what was sent over HTTP. */
function openedPage(): { readonly fetcher: Fetcher; readonly sent: readonly Operation[] } {
  const sent: Operation[] = [];
  const fetchers: Fetcher[] = [];
  runInNewContext(browserScript('/graphiql'), {
    URL,
    self: {},
    localStorage: { getItem: () => null },
    location: { href: 'http://kedai.test/graphiql' },
    document: { getElementById: () => null },
    fetch: async (_address: URL, { body }: { readonly body: string }) => {
      sent.push(JSON.parse(body));
      return Response.json({ data: {} });
    },
    YogaGraphiQL: {
      renderYogaGraphiQL: (_root: null, options: { readonly fetcher: Fetcher }) =>
        fetchers.push(options.fetcher),
    },
  });
  const [fetcher] = fetchers;
  if (fetcher === undefined) throw new Error('The script renders no editor.');
  return { fetcher, sent };
}

/** The document of a tab with this one operation. */
const documentOf = (operation: string, name: string) => ({
  definitions: [{ kind: 'OperationDefinition', operation, name: { value: name } }],
});

test('a tab is run by the name in its text, also while GraphiQL still has that of the tab before', async () => {
  const { fetcher, sent } = openedPage();
  const query = '# Signs in.\nmutation SignIn { signIn { userErrors { code } } }';
  await fetcher({ query, operationName: 'Pay' }, { documentAST: documentOf('mutation', 'Pay') });
  expect(sent).toEqual([{ query, operationName: 'SignIn' }]);
});

test('a subscription is streamed also while GraphiQL still has the document of the tab before', () => {
  const { fetcher, sent } = openedPage();
  const query = 'subscription Watch { orderStatusChanged { status } }';
  const stream = fetcher({ query, operationName: 'Pay' }, { documentAST: documentOf('mutation', 'Pay') });
  expect(stream).toHaveProperty('subscribe');
  expect(sent).toEqual([]);
});

test('of several operations the one that was chosen is run, and an anonymous one without a name', async () => {
  const { fetcher, sent } = openedPage();
  const several = 'query One { a }\nquery Two { b }';
  await fetcher({ query: several, operationName: 'Two' }, { documentAST: documentOf('query', 'Two') });
  await fetcher({ query: '{ a }' }, { documentAST: documentOf('query', '') });
  expect(sent).toEqual([{ query: several, operationName: 'Two' }, { query: '{ a }' }]);
});
