/** What an operator writes into `.env` reaches the unit that reads it. */
import { expect, it } from 'vitest';
import { readComposeFile } from './compose-file.js';

const REQUIRED = { POSTGRES_PASSWORD: 'p', SUBGRAPH_SECRET: 's', MQTT_PASSWORD: 'm' };

it.each([
  ['customer', 'KEDAI_ADMIN_EMAIL', 'you@kopi.example'],
  ['messages', 'SMTP_URL', 'smtp://mail.kopi.example'],
  ['messages', 'MAIL_FROM', 'Kopi <halo@kopi.example>'],
  ['messages', 'PUBLIC_URL', 'https://kopi.example'],
  ['payment', 'XENDIT_SECRET_KEY', 'xnd_1'],
  ['gateway', 'METRICS_PORT', '9464'],
])('%s has %s', async (unit, setting, value) => {
  const services = await readComposeFile({ ...REQUIRED, [setting]: value });
  expect(services.get(unit)?.environment[setting]).toBe(value);
});
