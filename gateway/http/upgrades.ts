/**
 * Decides which requests may open a WebSocket: none from origins that are not allowed, and none above an address's limits for
 * requests and open sockets.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { clientAddress } from '../../platform/http/client-address.js';
import type { AdmitUpgrade, UpgradeRefusal } from '../../platform/http/web-sockets.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';
import type { CrossOrigin } from './cross-origin.js';

export interface UpgradeOptions {
  readonly crossOrigin: CrossOrigin;
  readonly rateLimits: RateLimits;
  readonly trustedProxies: number;
}

export function admitUpgrades({ crossOrigin, rateLimits, trustedProxies }: UpgradeOptions): AdmitUpgrade {
  return (request: IncomingMessage, connection: Duplex): UpgradeRefusal | undefined => {
    if (!crossOrigin.mayOpenSocket(request)) return { status: 403 };
    try {
      const address = clientAddress(request, trustedProxies);
      rateLimits.fromAddress(address);
      connection.once('close', rateLimits.open(address));
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return { status: 429, headers: error.headers };
      throw error;
    }
  };
}
