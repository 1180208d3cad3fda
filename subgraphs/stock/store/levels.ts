/** Announces changed levels on the bus, by id and version alone: subscribers read the rows themselves. */
import { z } from 'zod';
import type { Bus } from '../../../platform/bus/bus.js';
import type { Level } from '../domain/records.js';

/** As the database's functions return the levels that they changed. */
export const levelsSchema = z.array(z.object({ id: z.string(), outletId: z.string(), version: z.number() }));

export function levelsTopic(outletId: string): string {
  return `stock:${outletId}`;
}

/** @param publisher the bus, or a unit of work, which publishes after its commit. */
export function publishLevels(publisher: Pick<Bus, 'publish'>, levels: readonly Level[]): void {
  for (const { id, outletId, version } of levels) publisher.publish(levelsTopic(outletId), { id, version });
}
