/** Charges: outlets add service and taxes, round their totals, and change all of it during the run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { repeat, type Shift } from './shift.js';

const PAUSE_MILLISECONDS = 10_000;
const CHOICES: Readonly<Record<string, readonly (string | number)[]>> = {
  serviceChargeBasisPoints: [0, 500, 750],
  taxInPrices: ['INCLUDED', 'ADDED'],
  roundingUnit: ['1', '100', '500'],
  roundingDirection: ['NEAREST', 'UP', 'DOWN'],
};

export async function charges(shift: Shift): Promise<void> {
  const { random, closing, closed, headOffice, tally } = shift;
  await repeat(
    shift,
    () => sleep(PAUSE_MILLISECONDS, undefined, { signal: closing }).catch(() => undefined),
    async () => {
      const id = random.pick(shift.outletIds);
      for (const [key, values] of Object.entries(CHOICES)) {
        await headOffice.executeUntilAnswered(
          z.unknown(),
          'mutation ($input: SetSettingInput!) { setSetting(input: $input) { userErrors { code } } }',
          { input: { level: 'OUTLET', id, key, value: random.pick(values) } },
          closed,
        );
      }
      tally.count('charges changed');
    },
  );
}
