/**
 * The one kind of request that nearly all are: a POST of JSON that carries its operation's text. It is answered without
 * Apollo Server's pipeline; whatever is not plainly that goes through Apollo Server, which knows the rest of the protocol.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Negotiated, negotiate } from './media-type.js';

export interface PlainRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly negotiated: Negotiated;
  /** Whether the client reads a stream of events and nothing else. */
  readonly isForStream: boolean;
}

const CHARSET = /^charset\s*=\s*/;
const UTF_8 = /^charset\s*=\s*"?utf-?8"?$/;

/** JSON in UTF-8; whatever else a type's parameters say means nothing here. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [name, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  return name === 'application/json' && parameters.every((one) => !CHARSET.test(one) || UTF_8.test(one));
}

/** @param textOf the text of a listed operation by its id; undefined where none are listed. */
export function plainRequestOf(
  headers: IncomingHttpHeaders,
  body: unknown,
  textOf: (documentId: string) => string | undefined,
): PlainRequest | undefined {
  if (!isObject(body)) return undefined;
  const id = documentIdOf(body);
  const listed = id === undefined ? undefined : textOf(id);
  const { operationName, variables } = body;
  const query = listed ?? body.query;
  const extensions = listed === undefined ? body.extensions : undefined;
  if (typeof query !== 'string' || query === '') return undefined;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  if (extensions != null && (!isObject(extensions) || 'persistedQuery' in extensions)) return undefined;
  const acceptable = negotiate(headers.accept);
  const negotiated = acceptable ?? forStreams(headers.accept);
  if (negotiated === undefined) return undefined;
  return {
    query,
    operationName: operationName || undefined,
    variables: variables ?? {},
    negotiated,
    isForStream: acceptable === undefined,
  };
}

/** A client that accepts streams alone is told in JSON why it gets none. */
function forStreams(accept: string | undefined): Negotiated | undefined {
  return accept?.includes('text/event-stream')
    ? { mediaType: 'application/json', isLegacy: false }
    : undefined;
}

/** By the persisted documents of GraphQL over HTTP, or by Apollo's protocol. */
export function documentIdOf({
  documentId,
  extensions,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof documentId === 'string') return documentId;
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  const hash = isObject(persisted) ? persisted.sha256Hash : undefined;
  return typeof hash === 'string' ? hash : undefined;
}

/** Puts the text of a listed operation where a GET names one by its id. @throws Refusal for an id that is not listed. */
export function writeOutListed(
  parameters: URLSearchParams,
  textOf: (documentId: string) => string | undefined,
): void {
  const id = documentIdOf({
    documentId: parameters.get('documentId'),
    extensions: jsonOf(parameters.get('extensions')),
  });
  const listed = id === undefined ? undefined : textOf(id);
  if (listed === undefined) return;
  parameters.set('query', listed);
  parameters.delete('extensions');
}

/** Undefined for what is no JSON: whoever reads it in earnest says so. */
function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
