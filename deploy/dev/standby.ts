/**
 * A process that has loaded the packages of the units, and becomes the unit that its parent names: what is left to load then is Kedai's own
 * code, as it is on the disk at that moment. It ends with its parent.
 */
import { z } from 'zod';

const order = z.object({ name: z.string(), environment: z.record(z.string(), z.string()) });

const packages = z.array(z.string()).parse(JSON.parse(process.argv[2] ?? '[]'));
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.once('message', (message) => {
  const { name, environment } = order.parse(message);
  Object.assign(process.env, environment);
  process.argv.splice(2, Number.POSITIVE_INFINITY, name);
  void import('../unit.js');
});
// One that cannot be loaded says so where the unit imports it.
for (const one of packages) await import(one).catch(() => undefined);
process.send?.('loaded');
