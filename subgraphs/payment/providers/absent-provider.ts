/**
 * Stands for a provider that is not configured. Nothing is ever sent to it, and nothing comes from it: payments that were begun
 * with it wait until it is configured again.
 */
import type { ProviderName } from '../domain/methods.js';
import { ForgedCallback, type PaymentProvider, ProviderUnavailable, ProviderUnreached } from './provider.js';

export function absentProvider(name: ProviderName): PaymentProvider {
  const reason = `${name} is not configured`;
  const unavailable = () => Promise.reject(new ProviderUnavailable(reason));
  return {
    name,
    charge: () => Promise.reject(new ProviderUnreached(reason)),
    findCharge: unavailable,
    cancel: unavailable,
    refund: unavailable,
    findRefunds: unavailable,
    readCallback() {
      throw new ForgedCallback(reason);
    },
  };
}
