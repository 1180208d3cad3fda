/** The providers as configured. One that is not configured takes no payment, and none of its own can be looked up. */
import type { Config } from '../../../platform/config.js';
import { PROVIDERS, type ProviderName } from '../domain/methods.js';
import { isConfigured } from '../settings.js';
import { absentProvider } from './absent-provider.js';
import { jsonApi } from './json-api.js';
import { midtrans } from './midtrans/midtrans.js';
import type { PaymentProvider } from './provider.js';
import type { ResilienceOptions } from './resilience.js';
import { xendit } from './xendit/xendit.js';

export interface Providers extends Readonly<Record<ProviderName, PaymentProvider>> {
  /** Those that are configured: the others are `absentProvider`. */
  readonly available: ReadonlySet<ProviderName>;
}

/** @throws ConfigurationError naming the setting that is missing of a provider of which another is set. */
export function openProviders(config: Config, resilience: ResilienceOptions = {}): Providers {
  const available = new Set(PROVIDERS.filter((name) => isConfigured(config, name)));
  return {
    available,
    MIDTRANS: available.has('MIDTRANS') ? openMidtrans(config, resilience) : absentProvider('MIDTRANS'),
    XENDIT: available.has('XENDIT') ? openXendit(config, resilience) : absentProvider('XENDIT'),
  };
}

function openMidtrans(config: Config, resilience: ResilienceOptions): PaymentProvider {
  const serverKey = config.required(
    'MIDTRANS_SERVER_KEY',
    'signs in to Midtrans and checks its notifications',
  );
  return midtrans({
    serverKey,
    api: jsonApi({
      ...resilience,
      provider: 'Midtrans',
      baseUrl: config.required('MIDTRANS_BASE_URL', 'https://api.midtrans.com, its sandbox or a simulator'),
      user: serverKey,
    }),
  });
}

function openXendit(config: Config, resilience: ResilienceOptions): PaymentProvider {
  return xendit({
    callbackToken: config.required('XENDIT_CALLBACK_TOKEN', "authenticates Xendit's callbacks"),
    returnUrl: `${config.publicUrl}/`,
    api: jsonApi({
      ...resilience,
      provider: 'Xendit',
      baseUrl: config.required('XENDIT_BASE_URL', 'https://api.xendit.co or a simulator'),
      user: config.required('XENDIT_SECRET_KEY', 'signs in to Xendit'),
    }),
  });
}
