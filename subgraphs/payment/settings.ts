/** The settings of the payment unit and of its providers' simulators. */
import { z } from 'zod';
import { httpUrl, positiveCount, settingText } from '../../platform/config.js';

export const paymentSettings = z.object({
  MIDTRANS_SERVER_KEY: settingText,
  MIDTRANS_BASE_URL: httpUrl,
  XENDIT_SECRET_KEY: settingText,
  XENDIT_CALLBACK_TOKEN: settingText,
  XENDIT_BASE_URL: httpUrl,
  CALLBACK_ORIGIN: httpUrl,
  CASH_WINDOW_SECONDS: positiveCount.default(600),
});
