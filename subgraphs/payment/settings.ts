/** The settings of the payment unit and of its providers' simulators. */
import { z } from 'zod';
import { type Config, httpUrl, isOn, onOrOff, settingText } from '../../platform/config.js';
import { PROVIDERS, type ProviderName } from './domain/methods.js';

export const paymentSettings = z.object({
  MIDTRANS_SERVER_KEY: settingText,
  MIDTRANS_BASE_URL: httpUrl,
  XENDIT_SECRET_KEY: settingText,
  XENDIT_CALLBACK_TOKEN: settingText,
  XENDIT_BASE_URL: httpUrl,
  PAYMENT_SIMULATORS: onOrOff,
  CALLBACK_ORIGIN: httpUrl,
});

/** What each provider requires, and what for. */
const PROVIDER_SETTINGS: Readonly<Record<ProviderName, Readonly<Record<string, string>>>> = {
  MIDTRANS: {
    MIDTRANS_SERVER_KEY: "Midtrans' server key",
    MIDTRANS_BASE_URL: 'https://api.midtrans.com, its sandbox or a simulator',
  },
  XENDIT: {
    XENDIT_SECRET_KEY: "Xendit's secret key",
    XENDIT_CALLBACK_TOKEN: "the token that Xendit's callbacks carry",
    XENDIT_BASE_URL: 'https://api.xendit.co or a simulator',
  },
};

/** The settings, and what for, of each provider that payments may go to: where there are simulators, of both. */
export function providerSettings(config: Config): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...PROVIDERS.filter((name) => isConfigured(config, name) || hasSimulators(config)).map(
      (name) => PROVIDER_SETTINGS[name],
    ),
  );
}

/** Whether one of its settings is set: then all must be. */
export function isConfigured(config: Config, provider: ProviderName): boolean {
  return Object.keys(PROVIDER_SETTINGS[provider]).some((setting) => config.value(setting) !== undefined);
}

/** Whether payments may be simulated: in production only where that is asked for. */
export function hasSimulators(config: Config): boolean {
  return isOn(config.settings(paymentSettings).PAYMENT_SIMULATORS, config.isProduction);
}
