/** Which providers take which method of payment. Cash has none: it is confirmed at the counter. */
export type PaymentMethod = 'CASH' | 'CARD' | 'GOPAY' | 'OVO' | 'DANA' | 'QRIS';
export type OnlineMethod = Exclude<PaymentMethod, 'CASH'>;
export type ProviderName = 'MIDTRANS' | 'XENDIT';

/** In the order in which they are tried. To the guest a QRIS code is the same from either. */
const PROVIDERS: Readonly<Record<OnlineMethod, readonly [ProviderName, ...ProviderName[]]>> = {
  CARD: ['MIDTRANS'],
  GOPAY: ['MIDTRANS'],
  QRIS: ['MIDTRANS', 'XENDIT'],
  OVO: ['XENDIT'],
  DANA: ['XENDIT'],
};

export function providerOf(method: PaymentMethod): ProviderName | 'CASH' {
  return method === 'CASH' ? 'CASH' : PROVIDERS[method][0];
}

/** The provider to try when `provider` could not be reached; null when no other takes the method. */
export function providerAfter(method: OnlineMethod, provider: ProviderName): ProviderName | null {
  const providers = PROVIDERS[method];
  return providers[providers.indexOf(provider) + 1] ?? null;
}
