/** What items, their option groups and options are called now, from this subgraph's copy of the menu. */
import { z } from 'zod';
import type { NamedItem } from '../domain/english-names.js';
import type { OrderDatabase } from './database.js';

const named = z.object({ id: z.string(), name: z.string() });
const optionGroups = z.array(named.extend({ options: z.array(named) }));
const english = z.record(z.string(), z.string());

export async function findItemNames(
  { prisma }: Pick<OrderDatabase, 'prisma'>,
  ids: readonly string[],
): Promise<NamedItem[]> {
  const rows = await prisma.menuItemCopy.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true, optionGroups: true, englishNames: true },
  });
  return rows.map(({ id, name, ...stored }) => ({
    ...{ id, name },
    optionGroups: optionGroups.parse(stored.optionGroups),
    english: english.parse(stored.englishNames ?? {}),
  }));
}
