/** Copies redeemed rewards, which orders take off their totals, and voids those whose points were taken back. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderWork } from '../store/database.js';
import { insertRedemption, voidRedemption } from '../store/redemptions.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'order.redemption-copy';
  const types = ['reward.redeemed', 'reward.voided'] as const;
  return { name, types, handle: idempotent(database, name, copy, log) };
}

async function copy(event: AnyEvent, work: OrderWork): Promise<void> {
  if (event.type === 'reward.redeemed') await insertRedemption(work, event);
  if (event.type === 'reward.voided') await voidRedemption(work, event);
}
