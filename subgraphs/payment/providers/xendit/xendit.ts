/**
 * Xendit: e-wallet charges for OVO and DANA, payment requests for QRIS. Our payment's id is the `reference_id` and the
 * idempotency key of either, and our refund's id those of the refund. Without Xendit's own id a payment request is found by
 * ours, and an e-wallet charge once it is paid.
 */
import type { OnlineMethod } from '../../domain/methods.js';
import type { JsonApi } from '../json-api.js';
import type { PaymentProvider } from '../provider.js';
import { readCallback } from './callback.js';
import { paymentRequests } from './payment-requests.js';
import { walletCharges } from './wallets.js';

export interface XenditOptions {
  readonly api: JsonApi;
  readonly callbackToken: string;
  /** Where a wallet sends the guest afterwards. */
  readonly returnUrl: string;
}

export function xendit({ api, callbackToken, returnUrl }: XenditOptions): PaymentProvider {
  const wallets = walletCharges(api, returnUrl);
  const codes = paymentRequests(api);
  const productOf = ({ method }: { readonly method: OnlineMethod }) => (method === 'QRIS' ? codes : wallets);
  return {
    name: 'XENDIT',
    charge: (request) => productOf(request).charge(request),
    findCharge: (reference) => productOf(reference).findCharge(reference),
    // Neither product has a call that ends what waits for the guest.
    cancel: async () => null,
    refund: (request) => productOf(request).refund(request),
    findRefunds: (reference) => productOf(reference).findRefunds(reference),
    readCallback: (callback) => readCallback(callback, callbackToken),
  };
}
