/**
 * The interface of a payment provider. Every call may be repeated: a charge is identified by its payment's id and a refund
 * by its refund's id, so a call whose outcome is unknown is made again. A callback only prompts a look-up: the truth is what
 * `findCharge`, `refund` and `findRefunds` answer.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { OnlineMethod, ProviderName } from '../domain/methods.js';

export interface PaymentProvider {
  readonly name: ProviderName;
  /**
   * @throws ProviderRefusal when it will never be charged; ProviderUnreached when no request was sent; ProviderUnavailable
   * when the outcome is unknown.
   */
  charge(request: ChargeRequest): Promise<Charge>;
  /** Null when the provider shows no such charge. Without its own id some show only paid ones. */
  findCharge(reference: ChargeReference): Promise<Charge | null>;
  /**
   * Ends a charge that its guest has not paid. @returns the charge after it; null where the provider cannot end it: it expires.
   * @throws ProviderUnavailable when the outcome is unknown.
   */
  cancel(reference: MadeCharge): Promise<Charge | null>;
  /** @throws ProviderRefusal when it will never be given back; ProviderUnavailable when the outcome is unknown. */
  refund(request: RefundRequest): Promise<ProviderRefund>;
  /**
   * Every refund of a charge that the provider has made or is making, those from its own dashboard included.
   * @throws ProviderUnavailable when the list cannot be read.
   */
  findRefunds(reference: MadeCharge): Promise<readonly ReportedRefund[]>;
  /** @throws ForgedCallback when nothing proves that the provider sent it. */
  readCallback(callback: RawCallback): Callback;
}

/** One of a provider's products: where it has an API of its own for some of the methods. */
export type ProviderProduct = Pick<PaymentProvider, 'charge' | 'findCharge' | 'refund' | 'findRefunds'>;

export interface ChargeRequest {
  readonly paymentId: string;
  readonly method: OnlineMethod;
  /** Whole rupiah. */
  readonly amount: number;
  readonly channel: ChargeChannel;
}

/** What some methods need beyond the amount. */
export interface ChargeChannel {
  /** CARD: the one-time token of the provider's card form. */
  readonly cardToken?: string | undefined;
  /** OVO: the account's phone number. */
  readonly phone?: string | undefined;
}

export interface ChargeReference {
  readonly paymentId: string;
  readonly method: OnlineMethod;
  readonly transactionId: string | null;
}

export interface Charge {
  readonly status: 'PENDING' | 'PAID' | 'FAILED';
  /** The payment it was made for, by the provider's record. */
  readonly paymentId: string;
  readonly transactionId: string;
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly redirectUrl: string | null;
  readonly qrCode: string | null;
  readonly failureReason: string | null;
}

export interface RefundRequest {
  readonly refundId: string;
  readonly paymentId: string;
  readonly method: OnlineMethod;
  /** The provider's id of the charge. */
  readonly chargeId: string;
  /** The provider's id of the refund, once it has given one. */
  readonly transactionId: string | null;
  readonly amount: number;
  readonly isWhole: boolean;
}

export interface ProviderRefund {
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly transactionId: string | null;
  readonly failureReason: string | null;
}

/** A charge that the provider has made, by its own id and ours. */
export interface MadeCharge {
  readonly paymentId: string;
  readonly method: OnlineMethod;
  readonly transactionId: string;
}

/** A refund as the provider lists it. */
export interface ReportedRefund {
  readonly status: ProviderRefund['status'];
  /** The provider's own id of the refund. */
  readonly transactionId: string;
  /** The key that the request for it carried: the id of our refund where it was ours. Null where the list does not say. */
  readonly key: string | null;
  readonly amount: number;
  readonly reason: string | null;
}

export interface RawCallback {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What an authentic callback claims. */
export interface Callback {
  /** The same for every repetition of it. */
  readonly eventId: string;
  /** The provider's name of what happened, for the log. */
  readonly event: string;
  /** Null when it is about nothing that the subgraph acts on. */
  readonly subject: CallbackSubject | null;
}

export interface CallbackSubject {
  /** Refunds of the charge are looked up as well. */
  readonly concerns: 'CHARGE' | 'REFUND';
  /** The payment by our id; null where the callback has only the provider's. */
  readonly paymentId: string | null;
  readonly transactionId: string;
  /** The amount of the charge, where it names one. */
  readonly amount: number | null;
  /** ISO 4217, where it names one. */
  readonly currency: string | null;
}

/** The provider refuses, and a repetition would not help. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
}

/** The provider cannot be reached, or did not answer in time: the call may or may not have had its effect. */
export class ProviderUnavailable extends Error {
  override readonly name: string = 'ProviderUnavailable';
}

/** As `ProviderUnavailable`, but no request was sent: the call cannot have had any effect. */
export class ProviderUnreached extends ProviderUnavailable {
  override readonly name = 'ProviderUnreached';
}

export class ForgedCallback extends Error {
  override readonly name = 'ForgedCallback';
}
