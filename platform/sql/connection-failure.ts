/**
 * Recognises a database that could not be reached, was lost during a statement, or was too busy to serve in time. After such a
 * failure it is unknown whether the statement's transaction has been committed.
 */
import { z } from 'zod';

const SOCKET_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Connection exceptions; shut down, crashed, not up yet; too many connections. */
const SQL_STATES = /^(?:08...|57P0[123]|53300)$/;

/** `pg` and its pool throw these as plain errors, without a code or class to recognise them by. */
const UNCODED_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
  'timeout exceeded when trying to connect',
  'timeout expired',
];

/** The kinds that Prisma's adapter maps such failures to. */
const ADAPTER_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);

/** Prisma has one code for all that its transactions refuse: these waited too long, for a connection or within the transaction. */
const OVERDUE_TRANSACTION = {
  code: 'P2028',
  message: /Unable to start a transaction in the given time|on an expired transaction/,
};

const codedSchema = z.object({ code: z.string() });
const prismaSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({ kind: z.string(), originalCode: z.string().optional() }),
    }),
  }),
});

export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = codedSchema.safeParse(error).data ?? {};
  if (code !== undefined && (SOCKET_CODES.has(code) || SQL_STATES.test(code))) return true;
  if (code === OVERDUE_TRANSACTION.code && OVERDUE_TRANSACTION.message.test(error.message)) return true;
  if (code === undefined && UNCODED_MESSAGES.some((message) => error.message.startsWith(message)))
    return true;
  const { kind, originalCode = '' } = prismaSchema.safeParse(error).data?.meta.driverAdapterError.cause ?? {};
  return kind !== undefined && (ADAPTER_KINDS.has(kind) || SQL_STATES.test(originalCode));
}
