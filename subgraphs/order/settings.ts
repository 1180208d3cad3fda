/** The settings of the order unit. */
import { z } from 'zod';
import { positiveCount } from '../../platform/config.js';

export const orderSettings = z.object({ PAYMENT_WINDOW_SECONDS: positiveCount.default(900) });
