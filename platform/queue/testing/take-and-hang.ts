/** A process that takes a job of the queue it is given, says so, and never comes to its end. */
import { readConfig } from '../../config.js';
import { openPlatform } from '../../platform.js';

const [queue = ''] = process.argv.slice(2);
const platform = await openPlatform(readConfig(process.env));
platform.queues.work(
  queue,
  () => {
    process.stdout.write('taken\n');
    return new Promise<void>(() => undefined);
  },
  { concurrency: 1, lockMilliseconds: 500 },
);
