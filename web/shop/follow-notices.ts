/** Opens the order of a notification that was clicked, in the page that is there already. */
import { go } from './address.js';

export function followNotices(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('open' in data) || typeof data.open !== 'string')
      return;
    const { searchParams } = new URL(data.open, location.origin);
    const [outlet, order] = [searchParams.get('outlet'), searchParams.get('order')];
    if (order !== null) go({ order, view: undefined, ...(outlet === null ? {} : { outlet }) });
  });
}
