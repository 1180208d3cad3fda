/** Xendit's callbacks: the account's token in a header says who sends them, `webhook-id` which one it is. */
import { z } from 'zod';
import { type Callback, ForgedCallback, MalformedCallback, type RawCallback } from '../provider.js';
import { isSameSecret } from '../secrets.js';

const chargeEvent = z.object({
  event: z.literal('ewallet.capture'),
  data: z.object({
    id: z.string().max(64),
    reference_id: z.string().max(64),
    charge_amount: z.number().int(),
  }),
});

const refundEvent = z.object({
  event: z.literal('ewallet.refund'),
  data: z.object({ id: z.string().max(64), charge_id: z.string().max(64) }),
});

const callbackSchema = z.discriminatedUnion('event', [chargeEvent, refundEvent]);
const eventIdSchema = z.string().min(1).max(128);

export function readCallback({ headers, body }: RawCallback, callbackToken: string): Callback {
  const token = headers['x-callback-token'];
  if (typeof token !== 'string' || !isSameSecret(token, callbackToken)) {
    throw new ForgedCallback('The token is wrong');
  }
  const { eventId, callback } = parse(headers['webhook-id'], body);
  if (callback.event === 'ewallet.refund') {
    return {
      eventId,
      paymentId: null,
      transactionId: callback.data.charge_id,
      amount: null,
    };
  }
  const { id, reference_id, charge_amount } = callback.data;
  return {
    eventId,
    paymentId: reference_id,
    transactionId: id,
    amount: charge_amount,
  };
}

function parse(eventId: unknown, body: string) {
  try {
    return { eventId: eventIdSchema.parse(eventId), callback: callbackSchema.parse(JSON.parse(body)) };
  } catch {
    throw new MalformedCallback('Not a callback of Xendit');
  }
}
