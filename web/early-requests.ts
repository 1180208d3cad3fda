/**
 * Begins what every screen needs while its scripts are still loading: who is signed in, and the font. A browser that starts them only
 * when the scripts ask is later by two round trips.
 */
import type { HtmlTagDescriptor, Plugin } from 'vite';

export const earlyRequests: Plugin = {
  name: 'early-requests',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2'));
      return [preload('/session', 'fetch'), ...fonts.map((name) => preload(`/${name}`, 'font'))];
    },
  },
};

function preload(href: string, as: 'fetch' | 'font'): HtmlTagDescriptor {
  return { tag: 'link', attrs: { rel: 'preload', href, as, crossorigin: '' }, injectTo: 'head' };
}
