/** Rules that the inputs of several operations share. */
import { z } from 'zod';
import { text } from '../../../platform/kit/input.js';

/** Whole rupiah, as much as a payment can be of. */
export const amount = z.number().int().min(1, 'must be at least 1').max(1_000_000_000_000);

export const reason = text(500, { multiline: true });
