/** The providers as configured. In production every one of their secrets must be given. */
import type { Config } from '../../../platform/config.js';
import type { ProviderName } from '../domain/methods.js';
import { jsonApi } from './json-api.js';
import { midtrans } from './midtrans/midtrans.js';
import type { PaymentProvider } from './provider.js';
import type { ResilienceOptions } from './resilience.js';
import { xendit } from './xendit/xendit.js';

export type Providers = Readonly<Record<ProviderName, PaymentProvider>>;

/** @throws ConfigurationError naming the setting that is missing. */
export function openProviders(config: Config, resilience: ResilienceOptions = {}): Providers {
  const serverKey = config.required(
    'MIDTRANS_SERVER_KEY',
    'signs in to Midtrans and checks its notifications',
  );
  const secretKey = config.required('XENDIT_SECRET_KEY', 'signs in to Xendit');
  const callbackToken = config.required('XENDIT_CALLBACK_TOKEN', "authenticates Xendit's callbacks");
  return {
    MIDTRANS: midtrans({
      serverKey,
      api: jsonApi({
        ...resilience,
        provider: 'Midtrans',
        baseUrl: config.required('MIDTRANS_BASE_URL', 'https://api.midtrans.com, its sandbox or a simulator'),
        user: serverKey,
      }),
    }),
    XENDIT: xendit({
      callbackToken,
      returnUrl: `${config.publicUrl}/`,
      api: jsonApi({
        ...resilience,
        provider: 'Xendit',
        baseUrl: config.required('XENDIT_BASE_URL', 'https://api.xendit.co or a simulator'),
        user: secretKey,
      }),
    }),
  };
}
