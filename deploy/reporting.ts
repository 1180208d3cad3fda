/** `npm run reporting`: makes, lists and ends the accounts by which third parties read one tenant's rows with SQL. */
import { ConfigurationError } from '../platform/config.js';
import { readArguments, runCommand } from './command.js';
import {
  grantReporting,
  listReporting,
  type ReportingDatabases,
  type ReportingTenant,
  revokeReporting,
} from './reporting/accounts.js';
import { withRunningDatabases } from './running-databases.js';
import { readSettings } from './settings.js';

const HELP = `Accounts for Metabase, psql and the like: each reads the rows of one tenant in the views of docs/reporting.md.

  npm run reporting -- grant --franchise <id>    makes an account for a franchise, with all of its outlets
  npm run reporting -- grant --outlet <id>       makes an account for one outlet
  npm run reporting -- list                      shows the accounts
  npm run reporting -- revoke <account>          ends an account and its sessions

Works beside a running Kedai with the same DATA_DIR, or on the databases of DATABASE_URL and the like.
`;

const OPTIONS = { franchise: { type: 'string' }, outlet: { type: 'string' } } as const;

await runCommand(async () => {
  await run(readArguments(OPTIONS, HELP));
  return 0;
});

type Arguments = ReturnType<typeof readArguments<typeof OPTIONS>>;

async function run({ positionals: [command, account, ...rest], values }: Arguments): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const tenant = tenantOf(values);
  if (command === 'grant' && tenant !== undefined && account === undefined) return grant(tenant);
  if (command === 'list' && account === undefined) return list();
  if (command === 'revoke' && account !== undefined && rest.length === 0) return revoke(account);
  throw new ConfigurationError(
    `Say what to do: grant with --franchise or --outlet, list, or revoke with the account.\n\n${HELP}`,
  );
}

/** Undefined unless one of the two is given. */
function tenantOf({ franchise, outlet }: Arguments['values']): ReportingTenant | undefined {
  if (franchise !== undefined && outlet === undefined) return { kind: 'franchise', id: franchise };
  if (outlet !== undefined && franchise === undefined) return { kind: 'outlet', id: outlet };
  return undefined;
}

async function grant(tenant: ReportingTenant): Promise<void> {
  const granted = await grantReporting(await databases(), tenant);
  const lines = [...granted.urls].map(([name, url]) => `${name.padEnd(9)} ${url}`);
  print(
    `${granted.name} reads what is of the ${tenant.kind} ${granted.tenant}.`,
    'Its password is shown this once:',
    '',
    ...lines,
    ...(granted.isBounded
      ? []
      : [
          '',
          'A superuser of the server should bound what it stores: docs/reporting.md, "What a wall cannot do".',
        ]),
  );
}

async function list(): Promise<void> {
  const accounts = await listReporting(await databases());
  if (accounts.length === 0) print('There are no accounts.');
  for (const { name, kind, id, tenant, createdAt } of accounts)
    print(`${name}  ${kind} ${tenant ?? 'unknown'} (${id}), since ${createdAt.toISOString()}`);
}

async function revoke(account: string): Promise<void> {
  if (!(await revokeReporting(await databases(), account)))
    throw new ConfigurationError(`There is no account ${account}.`);
  print(`${account} is no more.`);
}

async function databases(): Promise<ReportingDatabases> {
  const configured = readSettings(process.env);
  const config = await withRunningDatabases(configured);
  const { REDIS_URL, DATABASE_URL } = config.environment;
  const others = REDIS_URL === undefined ? [config.databaseUrl('platform')] : [];
  // The embedded server is Kedai's own: there is nobody else to be let in.
  if (configured.environment.DATABASE_URL === undefined && DATABASE_URL !== undefined)
    others.push(DATABASE_URL, databaseOn(DATABASE_URL, 'template1'));
  return { urlOf: (name) => config.databaseUrl(name), others };
}

function databaseOn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
