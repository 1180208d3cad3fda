/** `npm run dead-letters`: shows messages of devices that could not be read or taken, and reads them again. */
import { ConfigurationError } from '../platform/config.js';
import { isId } from '../platform/ids.js';
import { type OwnStockDatabase, openStockDatabase } from '../subgraphs/stock/store/database.js';
import { readArguments, runCommand } from './command.js';
import { listLetters, replayLetters, showLetters } from './dead-letter-commands.js';
import { withRunningDatabases } from './running-databases.js';
import { readSettings } from './settings.js';

const HELP = `Shows messages of devices that could not be read or taken, beside a running Kedai with the same DATA_DIR, or on the databases of
DATABASE_URL and the like.

  npm run dead-letters -- list [--first N]
      The latest ones, newest first, a line each: id, when it arrived, reason, topic. 20 without --first.

  npm run dead-letters -- show ID…
      Each with its payload.

  npm run dead-letters -- replay ID… | --all
      Reads them again: after a shelf was registered, or a release that reads more. What is taken counts once, as of when it arrived, and
      leaves the list; the rest stays with its present reason. Ends with 1 when any stays.
`;

const OPTIONS = {
  first: { type: 'string' },
  all: { type: 'boolean', default: false },
} as const;

/** Subscribers read again what they watch, every few seconds. */
const NO_BUS = { publish: () => undefined };

await runCommand(async () => {
  const { values, positionals } = readArguments(OPTIONS, HELP);
  const [command, ...ids] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined) throw new ConfigurationError(`${wrong} is no id of a dead letter.`);
  if (command === 'list' && ids.length === 0)
    return withDatabase((database) => listLetters(database, print, values.first));
  if (command === 'show' && ids.length > 0)
    return withDatabase((database) => showLetters(database, print, ids));
  if (command === 'replay' && ids.length > 0 !== values.all)
    return withDatabase((database) => replayLetters(database, print, values.all ? null : ids));
  throw new ConfigurationError(`Say what to do: list, show ID or replay ID.\n\n${HELP}`);
});

async function withDatabase(run: (database: OwnStockDatabase) => Promise<number>): Promise<number> {
  const config = await withRunningDatabases(readSettings(process.env));
  const database = openStockDatabase(config.databaseUrl('stock'), NO_BUS);
  try {
    return await run(database);
  } finally {
    await database.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
