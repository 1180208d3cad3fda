/**
 * The script of the GraphiQL page, which runs in the browser: where the editor's workers are, and how operations reach
 * the gateway. The headers pane goes with each of them, as headers over HTTP and in `connection_init` over WebSocket.
 */
export const browserScript = (folder: string) => `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => '${folder}/' + label + '.js',
};

const endpoint = new URL('/graphql', location.href);
const socketEndpoint = endpoint.href.replace(/^http/, 'ws');

async function request(params, headers) {
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

function isSubscription({ operationName }, documentAST) {
  return documentAST?.definitions.some(
    ({ kind, operation, name }) =>
      kind === 'OperationDefinition' &&
      operation === 'subscription' &&
      (!operationName || name?.value === operationName),
  );
}

YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  title: 'GraphiQL',
  fetcher: (params, { headers = {}, documentAST } = {}) =>
    isSubscription(params, documentAST) ? stream(params, headers) : request(params, headers),
});
`;
