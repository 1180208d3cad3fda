/** Flash sales: now and then many guests order the limited item of one outlet at once, more than its stock. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { pay, placeOrder } from './guests.js';
import type { Person } from './person.js';
import { repeat, type Shift } from './shift.js';

const BUYERS = 4;
const WISHES = 40;
const PAUSE_MILLISECONDS = 12_000;
const LIMITED = CATALOGUE.menuItems.filter(({ isLimited }) => isLimited);

export async function flashSales(shift: Shift): Promise<void> {
  const { random, closing } = shift;
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => shift.newGuest()));
  await repeat(
    shift,
    () => sleep(PAUSE_MILLISECONDS, undefined, { signal: closing }).catch(() => undefined),
    async () => {
      const outletId = random.pick(shift.outletIds);
      const wishes = Array.from({ length: WISHES }, () => buy(shift, random.pick(buyers), outletId));
      await Promise.allSettled(wishes);
    },
  );
}

/** Half of the granted orders stay unpaid, so that their stock is released. */
async function buy(shift: Shift, buyer: Person, outletId: string): Promise<void> {
  const { random } = shift;
  const lines = [{ menuItemId: random.pick(LIMITED).id, quantity: random.between(1, 3) }];
  const orderId = await placeOrder(shift, buyer, { outletId, lines });
  if (orderId !== undefined && random.chance(0.5)) await pay(shift, buyer, orderId, 'GOPAY');
}
