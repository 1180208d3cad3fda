/**
 * The faults that a simulator shows on request: for every call by `PUT /simulator/faults`, where `{}` ends them all, and for one payment by
 * what is charged (docs/money.md).
 */
import { z } from 'zod';

/** What is charged, amount and tip, in whole rupiah. */
export const TRIAL_AMOUNTS = {
  declined: 13_001,
  /** Its guest neither approves nor declines it. */
  unanswered: 13_002,
  /** The charge is made, and answered later than anybody waits. */
  slow: 13_003,
  /** The charge is answered with 503 and not made. */
  unavailable: 13_004,
  /** Its refunds are refused. */
  refundRefused: 13_005,
} as const;

export const SLOW_ANSWER_MILLISECONDS = 5_000;

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

export function isDeclined({ declineAmounts }: Faults, charged: number): boolean {
  return charged === TRIAL_AMOUNTS.declined || declineAmounts.includes(charged);
}

export function isRefundRefused({ refusesRefunds }: Faults, charged: number): boolean {
  return charged === TRIAL_AMOUNTS.refundRefused || refusesRefunds;
}
export type FaultSettings = z.input<typeof faultsSchema>;
