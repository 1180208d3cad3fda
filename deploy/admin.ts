/** `npm run admin`: makes accounts that are head office, links that set their passwords, and removes second factors that were lost. */
import { ConfigurationError } from '../platform/config.js';
import { UserFault } from '../platform/errors.js';
import { readArguments, runCommand } from './command.js';
import { makeAdmin, removeSecondFactor } from './first-admin.js';
import { withRunningDatabases } from './running-databases.js';
import { withMadeSecrets } from './secrets.js';
import { readSettings } from './settings.js';

const HELP = `Makes head office and lets it in, beside a running Kedai with the same DATA_DIR, or on the databases of DATABASE_URL and the like.

  npm run admin -- create --email E [--name N]
      Makes an account that is head office, and prints the one-time link that sets its password (a day long). Run again for the same
      address, it prints a new link, and the former ones end: also for a head office that has lost its password.

  npm run admin -- create --email E --grant
      The address has an account already, such as a guest's: it becomes head office and keeps its password. Without --grant that is
      refused, since anybody may have opened an account by any address.

  npm run admin -- reset-second-factor --email E
      Removes the second factor of an account whose owner has lost the app and the recovery codes, and ends its sessions; the password
      stays. Head office does the same by resetSecondFactor: this is for the last of them.

SUBGRAPH_SECRET is the units' own, which \`npm start\` makes in its DATA_DIR. PUBLIC_URL is where people reach Kedai.
`;

const OPTIONS = {
  email: { type: 'string' },
  name: { type: 'string' },
  grant: { type: 'boolean', default: false },
} as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(OPTIONS, HELP);
  const [command, ...rest] = positionals;
  if (rest.length > 0) throw new ConfigurationError(`Unexpected: ${rest.join(' ')}\n\n${HELP}`);
  if (values.help) process.stdout.write(HELP);
  else if (command === 'create') await create(values);
  else if (command === 'reset-second-factor') await resetSecondFactor(values);
  else {
    const what = command === undefined ? 'Say what to do' : `There is no ${command}`;
    throw new ConfigurationError(`${what}: create, or reset-second-factor.\n\n${HELP}`);
  }
  return 0;
});

interface Request {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly grant: boolean;
}

async function resetSecondFactor({ email }: Request): Promise<void> {
  const address = named(email);
  const config = await withRunningDatabases(readSettings(process.env));
  try {
    process.stdout.write(`${await removeSecondFactor(config, address)}\n`);
  } catch (error) {
    throw error instanceof UserFault ? new ConfigurationError(`${address}: ${error.message}.`) : error;
  }
}

function named(email: string | undefined): string {
  if (email === undefined) throw new ConfigurationError(`Name the account by --email.\n\n${HELP}`);
  return email;
}

async function create({ email, name, grant }: Request): Promise<void> {
  const address = named(email);
  const config = await withMadeSecrets(await withRunningDatabases(readSettings(process.env)));
  try {
    process.stdout.write(`${await makeAdmin(config, { email: address, name, grants: grant })}\n`);
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    const hint = error.message.endsWith('not head office') ? ' --grant makes it head office.' : '';
    throw new ConfigurationError(`${address}: ${error.message}.${hint}`);
  }
}
