/** Levels as the database's functions return those that they changed. */
import { z } from 'zod';

export const levelsSchema = z.array(z.object({ id: z.string(), outletId: z.string(), version: z.number() }));
