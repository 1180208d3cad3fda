/** Which requests may become a WebSocket: not those of pages that may not call. */
import type { AdmitUpgrade } from '../../platform/http/web-sockets.js';
import type { CrossOrigin } from './cross-origin.js';

export interface UpgradeOptions {
  readonly crossOrigin: CrossOrigin;
}

export function admitUpgrades({ crossOrigin }: UpgradeOptions): AdmitUpgrade {
  return (request) => (crossOrigin.mayOpenSocket(request) ? undefined : { status: 403 });
}
