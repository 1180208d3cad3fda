/** The faults that a simulator shows on request, by `PUT /simulator/faults`; `{}` ends them all. */
import { z } from 'zod';

export const faultsSchema = z.strictObject({
  /** Amounts that are declined. */
  declineAmounts: z.array(z.number().int()).default([]),
  /** How long a guest takes to approve. */
  approveAfterMilliseconds: z.number().int().min(0).default(300),
  /** Captured card payments are not settled while it is set. */
  holdsSettlements: z.boolean().default(false),
  /** Delay of every answer. */
  answerAfterMilliseconds: z.number().int().min(0).default(0),
  /** Every call answers 503 and does nothing. */
  isUnavailable: z.boolean().default(false),
  /** Every call answers this status and does nothing. */
  answersWith: z.number().int().min(400).max(599).optional(),
  /** Every call has its effect, and its connection is cut instead of answered. */
  losesAnswers: z.boolean().default(false),
  /** Callbacks are never sent. */
  losesCallbacks: z.boolean().default(false),
  /** How often each callback is sent. */
  callbackCopies: z.number().int().min(1).default(1),
  /** Refunds are refused. */
  refusesRefunds: z.boolean().default(false),
});

export type Faults = z.infer<typeof faultsSchema>;
export type FaultSettings = z.input<typeof faultsSchema>;
