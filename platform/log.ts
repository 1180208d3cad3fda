/** Structured logs, one JSON object a line on standard error, so that standard output stays for people. Secrets are redacted. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'password',
          'accessToken',
          'refreshToken',
          'deviceToken',
          'authorization',
          '*.password',
          '*.authorization',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}
