/** `POST /unsubscribe?token=…`: what mail programs post when their user unsubscribes (RFC 8058). It needs no session, and asks nothing back. */
import { UserFault } from '../../platform/errors.js';
import { newCause } from '../../platform/events/envelope.js';
import { readBody } from '../../platform/http/body.js';
import { type Route, sendText } from '../../platform/http/server.js';
import { type Unsubscribing, unsubscribe } from './operations/notifications/unsubscribe.js';

const LONGEST_BODY = 4_096;

export function unsubscribeRoute(services: Pick<Unsubscribing, 'ownDatabase' | 'unsubscribeTokens'>): Route {
  return {
    method: 'POST',
    path: '/unsubscribe',
    async handle(request, response, url) {
      await readBody(request, LONGEST_BODY);
      try {
        await unsubscribe({ ...services, cause: newCause() }, url.searchParams.get('token') ?? '');
      } catch (error) {
        if (!(error instanceof UserFault)) throw error;
        return sendText(response, 404, 'This link is not one of a mail of ours\n');
      }
      sendText(response, 200, 'Unsubscribed\n');
    },
  };
}
