/** Which items a statement moved, and how those who watch an outlet's levels are told: by id and version alone. */
import { z } from 'zod';
import type { Bus } from '../../../platform/bus/bus.js';

export const levelsSchema = z.array(z.object({ id: z.string(), outletId: z.string(), version: z.number() }));

export interface Level {
  readonly id: string;
  readonly outletId: string;
  readonly version: number;
}

export function levelsTopic(outletId: string): string {
  return `stock:${outletId}`;
}

export function publishLevels(bus: Pick<Bus, 'publish'>, levels: readonly Level[]): void {
  for (const { id, outletId, version } of levels) bus.publish(levelsTopic(outletId), { id, version });
}
