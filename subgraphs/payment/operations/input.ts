/** What the inputs of several operations have in common. */
import { z } from 'zod';
import { isStorable } from '../../../platform/input.js';

/** Whole rupiah, as much as any payment can be of. */
export const amount = z.number().int().min(1, 'must be at least 1').max(1_000_000_000_000);

export function text(longest: number) {
  return z.string().trim().min(1, 'must not be empty').max(longest).refine(isStorable, 'must be text');
}

export const reason = text(500);
