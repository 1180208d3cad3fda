/** `npm run chaos`: kills and disconnects the real processes of a fleet under load, then audits the books. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { holds } from './chaos/audit/equation.js';
import { tableOf } from './chaos/report.js';
import { runChaos } from './chaos/run.js';
import { commit, machine } from './machine.js';

const HELP = `Kills and cuts the real processes of a fleet under load, then audits the books.

  npm run chaos -- [options]

  --minutes N    how long                                  2
  --seed S       the same faults again, in the same order  drawn and printed
  --upgrade-from FOLDER
                 starts from a built checkout of an older release and upgrades to this one meanwhile
  --json FILE    also writes the result there

Ends with 1 when an equation of the audit does not hold, and when too little happened for the audit to prove anything.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    'upgrade-from': { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const { seed, json, 'upgrade-from': upgradeFrom } = values;
const minutes = Number(values.minutes);
if (values.help || !(minutes >= 1)) {
  process.stdout.write(values.help ? HELP : `--minutes must be a number from 1 on.\n\n${HELP}`);
  process.exit(values.help ? 0 : 1);
}

const ending = new AbortController();
// Every planned fault listens to it.
setMaxListeners(0, ending.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
const startedAt = Date.now();
const report = (line: string) => {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  process.stdout.write(`${String(seconds).padStart(5)} s  ${line}\n`);
};

report(`seed ${seed}, ${minutes} minutes`);
try {
  const { remains, ...result } = await runChaos({
    ...{ minutes, seed, report, ending: ending.signal },
    ...(upgradeFrom === undefined ? {} : { upgradeFrom: resolve(upgradeFrom) }),
  });
  const { equations, faults, shortcomings, unexpectedEnds, settledAfterSeconds } = result;
  const wrong = equations.filter((equation) => !holds(equation)).length;
  process.stdout.write(`\n${tableOf(equations)}\n\n`);
  for (const end of unexpectedEnds) process.stdout.write(`By itself: ${end}\n`);
  for (const lack of shortcomings) process.stdout.write(`Too little to prove anything: ${lack}\n`);
  process.stdout.write(
    `${faults.kills ?? 0} kills; ${equations.length} equations, ${wrong} wrong; settled after ${Math.round(settledAfterSeconds)} s; seed ${seed}\n`,
  );
  if (remains !== undefined) process.stdout.write(`What the units said: ${remains.logs}\n`);
  if (json !== undefined) {
    const about = { name: 'chaos', commit: commit(), machine: machine(), seed, minutes };
    await writeFile(json, `${JSON.stringify({ ...about, ...result }, null, 2)}\n`);
  }
  process.exitCode = wrong > 0 || shortcomings.length > 0 ? 1 : 0;
} catch (error) {
  const words = ending.signal.aborted ? 'Broken off.' : error instanceof Error ? error.stack : error;
  process.stderr.write(`${words}\n`);
  process.exitCode = 1;
}
// Guests of an aborted run still wait for answers.
process.exit();
