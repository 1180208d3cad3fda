/**
 * The script of the GraphiQL page, which runs in the browser: where the editor's workers are, and how operations reach the gateway. The
 * headers pane goes with each of them, as headers over HTTP and in `connection_init` over WebSocket. What has no `authorization` there is
 * sent as the browser's session, if it has one; beside a story, a sign-in on the page opens it.
 */
import { PLACEHOLDERS } from './story.js';

export const browserScript = (folder: string) => `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => '${folder}/' + label + '.js',
};

const endpoint = new URL('/graphql', location.href);
const socketEndpoint = endpoint.href.replace(/^http/, 'ws');
const story = JSON.parse(document.getElementById('story')?.textContent ?? 'null');
const PLACEHOLDERS = ${JSON.stringify(PLACEHOLDERS)};

async function request(params, headers = {}) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
}

/** An observable of one operation on a socket of its own. */
const stream = (params, headers) => ({
  subscribe({ next, error, complete }) {
    const socket = new WebSocket(socketEndpoint, 'graphql-transport-ws');
    const send = (message) => socket.send(JSON.stringify(message));
    const received = {
      connection_ack: () => send({ id: '1', type: 'subscribe', payload: params }),
      next: (payload) => next(payload),
      error(payload) {
        next({ errors: payload });
        complete();
      },
      complete: () => complete(),
      ping: () => send({ type: 'pong' }),
    };
    socket.onopen = () => send({ type: 'connection_init', payload: headers });
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(data);
      received[type]?.(payload);
    };
    socket.onclose = ({ code, reason }) => {
      if (code !== 1000) error(new Error('The connection was closed: ' + code + ' ' + reason));
    };
    return { unsubscribe: () => socket.close(1000) };
  },
});

const WRITTEN_OPERATION = /^\\s*(query|mutation|subscription)\\b[ \\t]*(\\w*)/gm;

/**
 * For a moment after a tab was opened, GraphiQL passes the name and the document of the tab before. A text with one operation says both
 * itself.
 */
function operationOf({ query, operationName }, documentAST) {
  const [only, another] = query.matchAll(WRITTEN_OPERATION);
  if (only && !another) return { kind: only[1], name: only[2] || undefined };
  const definition = documentAST?.definitions.find(
    ({ kind, name }) => kind === 'OperationDefinition' && (!operationName || name?.value === operationName),
  );
  return { kind: definition?.operation, name: operationName };
}

const TOKENS = 'session { accessToken refreshToken expiresAt customer { name } } userErrors { message }';
const REFRESHED_BEFORE_MILLISECONDS = 30_000;
const START_OVER = 'start-over';
/** What the sign-in tab was answered with, where that did not become a session of the browser. */
let bearer = null;
let placedOrder;

function say(text) {
  document.getElementById('session').textContent = text;
}

/** @param name undefined: nobody. */
function show(name) {
  say(name === undefined ? 'Not signed in' : 'Signed in' + (name && ' as ' + name));
  document.getElementById('sign-out').hidden = name === undefined;
}

const requestSession = (method, body) =>
  fetch(new URL('/session', location.href), {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

let turn = Promise.resolve();
/** One change of the session after the other: the answer to the last one sets the cookie. */
const inTurn = (change) => (turn = turn.then(change, change));

/** The session of the browser, whose cookie goes with everything that has no access token. */
async function showSession() {
  const response = await requestSession('GET');
  show(response.ok ? (await response.json()).customer.name : undefined);
}

const open = (credentials) =>
  inTurn(async () => {
    const response = await requestSession('POST', credentials);
    if (response.ok) bearer = null;
    const { userErrors = [], errors = [] } = response.ok ? {} : await response.json();
    await showSession();
    for (const { message } of [...userErrors, ...errors]) say(message);
    return response.ok;
  });

const close = () => {
  const tokens = bearer;
  bearer = null;
  show();
  return inTurn(async () => {
    const headers = { authorization: 'Bearer ' + tokens?.accessToken };
    if (tokens) await request({ query: 'mutation { signOut { userErrors { message } } }' }, headers);
    await requestSession('DELETE');
  });
};

async function refresh({ refreshToken }) {
  const query = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ' + TOKENS + ' } }';
  const { data } = await request({ query, variables: { input: { refreshToken } } });
  bearer = data?.refreshSession?.session ?? null;
  if (!bearer) await showSession();
}

/** @param given by the headers pane. */
async function headersWith(given) {
  if (Object.keys(given).some((name) => name.toLowerCase() === 'authorization')) return given;
  if (bearer?.refreshToken && Date.parse(bearer.expiresAt) - Date.now() < REFRESHED_BEFORE_MILLISECONDS)
    await refresh(bearer);
  return bearer ? { ...given, authorization: 'Bearer ' + bearer.accessToken } : given;
}

/** A sign-in by a tab becomes a session of the browser. A code counts once, so with one its tokens are used, for as long as the page is open. */
async function adopt(session, credentials) {
  if (credentials?.email && !credentials.code && (await open(credentials))) return;
  bearer = session;
  show(session.customer?.name ?? '');
}

function filled(value, values) {
  if (Array.isArray(value)) return value.map((one) => filled(one, values));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, values)]));
  return values.get(value)?.() ?? value;
}

const atEachRun = new Map([
  [PLACEHOLDERS.orderId, () => placedOrder],
  [PLACEHOLDERS.key, () => crypto.randomUUID?.() ?? String(Date.now() + Math.random())],
]);

async function notice(answer, { input } = {}) {
  if (answer?.data?.signIn?.session?.accessToken) await adopt(answer.data.signIn.session, input);
  placedOrder = answer?.data?.placeOrder?.order?.id ?? placedOrder;
  return answer;
}

function run(given, headers, documentAST) {
  const { kind, name } = operationOf(given, documentAST);
  const params = { ...given, operationName: name };
  return kind === 'subscription' ? stream(params, headers) : request(params, headers);
}

async function runOfStory(given, headers, documentAST) {
  const params = { ...given, variables: filled(given.variables, atEachRun) };
  return notice(await run(params, await headersWith(headers), documentAST), params.variables);
}

const fetcher = (params, { headers = {}, documentAST } = {}) =>
  (story ? runOfStory : run)(params, headers, documentAST);

/** Of the demo's staff, or the chain's first outlet; and an item of its menu. */
async function idsOfStory() {
  const idOf = async (query, variables) =>
    (await request({ query, variables }).catch(() => ({})))?.data?.list?.nodes?.[0]?.id;
  const outletId = story.demo?.outletId ?? (await idOf('{ list: outlets(first: 1) { nodes { id } } }'));
  const menuItemId =
    outletId && (await idOf('query ($id: ID!) { list: menu(outletId: $id, first: 1) { nodes { id } } }', { id: outletId }));
  return new Map([
    [PLACEHOLDERS.outletId, () => outletId],
    [PLACEHOLDERS.menuItemId, () => menuItemId],
  ]);
}

async function tabsOfStory() {
  const ids = await idsOfStory();
  return story.tabs.map(({ query, variables }) => ({
    query,
    variables: JSON.stringify(filled(variables, ids), null, 2),
  }));
}

function prepareBar() {
  for (const button of document.querySelectorAll('button[data-email]')) {
    button.onclick = () => open({ email: button.dataset.email, password: story.demo.password });
  }
  document.getElementById('sign-out').onclick = close;
  document.getElementById('start-over').onclick = async () => {
    await close();
    location.replace(location.pathname + '?' + START_OVER);
  };
  void inTurn(showSession);
}

/** By the page that begins: the one that ends may store its tabs until it is gone. */
function forgetTabs() {
  for (const name of ['tabState', 'query', 'variables']) localStorage.removeItem('graphiql:' + name);
  history.replaceState({}, '', location.pathname);
}

/** Of an earlier visit: the tab that was open, or the one that a link names. GraphiQL finds it again by its contents alone. */
function storedTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    const linked = new URL(location.href).searchParams.get('query');
    const isLinked = ({ query }) => linked === null || query === linked;
    return [tabs[activeTabIndex], ...tabs].find(isLinked);
  } catch {
    return undefined;
  }
}

async function start() {
  if (story) prepareBar();
  if (new URL(location.href).searchParams.has(START_OVER)) forgetTabs();
  // A link to an operation and the tabs of an earlier visit go before the story.
  const isGiven = new URL(location.href).searchParams.has('query') || localStorage.getItem('graphiql:tabState') !== null;
  const tabs = story && !isGiven ? await tabsOfStory() : undefined;
  const stored = storedTab();
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    title: 'GraphiQL',
    fetcher,
    // GraphiQL takes the query of the first tab from it, but not its variables.
    ...(tabs && { defaultTabs: tabs, variables: tabs[0].variables }),
    ...(stored && {
      initialQuery: stored.query ?? '',
      initialVariables: stored.variables ?? '',
      initialHeaders: stored.headers ?? '',
    }),
  });
}

void start();
`;
