/** The load: guests, counters, promotions, changes of charges, payouts, kitchens, storekeepers, flash sales and scales at a few outlets, at rates that a small machine sustains. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../../platform/ids.js';
import { DEMO_PASSWORD, OUTLETS } from '../../../prisma/seed/chain.js';
import type { Acknowledged } from '../acknowledged.js';
import type { Random } from '../random.js';
import type { Tally } from '../tally.js';
import { charges } from './charges.js';
import { counters } from './counter.js';
import { promotions } from './discounts.js';
import { flashSales } from './flash-sale.js';
import { guests } from './guests.js';
import { Person, Unanswered } from './person.js';
import { scales } from './scales.js';
import { settlements } from './settlements.js';
import type { Shift } from './shift.js';
import { kitchens, storekeepers } from './staff.js';

export interface Load {
  /** Starts nothing new, and resolves when every pending request is answered or abandoned. */
  stop(): Promise<void>;
}

const OPEN_OUTLETS = 3;
const LAST_ANSWERS_WITHIN_MILLISECONDS = 60_000;

export async function startLoad(options: {
  url: string;
  mqttUrl: string;
  random: Random;
  tally: Tally;
  acknowledged: Acknowledged;
}): Promise<Load> {
  const { url, mqttUrl, random, tally, acknowledged } = options;
  const [closing, closed] = [new AbortController(), new AbortController()];
  // Every participant listens to it.
  setMaxListeners(0, closing.signal);
  const person = (email: string) => new Person({ url, email, password: DEMO_PASSWORD, tally });
  const shift: Shift = {
    random,
    tally,
    acknowledged,
    outletIds: random
      .of('outlets')
      .shuffled(OUTLETS)
      .slice(0, OPEN_OUTLETS)
      .map(({ id }) => id),
    headOffice: person('hq@kedai.test'),
    async newGuest() {
      const guest = person(`guest-${newId()}@kedai.test`);
      while (!closed.signal.aborted) {
        try {
          await guest.signUp('Tamu');
          break;
        } catch (error) {
          if (!(error instanceof Unanswered)) throw error;
          await sleep(500);
        }
      }
      return guest;
    },
    closing: closing.signal,
    closed: closed.signal,
  };
  const as = (part: string): Shift => ({ ...shift, random: random.of(part) });
  const parts = Promise.all([
    guests(as('guests')),
    promotions(as('promotions')),
    charges(as('charges')),
    settlements(as('settlements')),
    kitchens(as('kitchens')),
    counters(as('counters')),
    storekeepers(as('storekeepers')),
    flashSales(as('flash sales')),
    scales(as('scales'), mqttUrl),
  ]);
  // `stop` rejects with it.
  parts.catch(() => undefined);
  return {
    async stop() {
      closing.abort();
      const limit = setTimeout(() => closed.abort(), LAST_ANSWERS_WITHIN_MILLISECONDS);
      await parts;
      clearTimeout(limit);
    },
  };
}
