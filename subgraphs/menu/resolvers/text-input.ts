/** Words that people type: trimmed, not empty, not endless, without control characters. */
import { z } from 'zod';

export function textSchema(maximum: number, minimum = 1) {
  return z
    .string()
    .trim()
    .min(minimum, 'Required')
    .max(maximum, `At most ${maximum} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must not contain control characters');
}
