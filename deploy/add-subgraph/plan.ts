/**
 * What a new subgraph adds to the project: whole files from `template/`, and lines in the few files that list the subgraphs. Nothing is
 * written here, so a name that is refused leaves the project as it was.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS } from '../../platform/config.js';
import { SUBGRAPH_NAMES, SUBGRAPH_PORTS } from '../../subgraphs/names.js';
import { SETTING_NAMES } from '../settings.js';
import { UNIT_NAMES } from '../units.js';

/** File of the project → its whole content. */
export type Plan = ReadonlyMap<string, string>;

/** The message is for the person at the terminal. */
export class NameRefused extends Error {
  override readonly name = 'NameRefused';
}

const SUFFIX = '.template';
/** One word: it is part of names of roles, databases, settings and functions. */
const NAME = /^[a-z][a-z0-9]{1,19}$/;
/** The first port that no unit has, and none that a unit uses beside its own. */
const FIRST_FREE_PORT = 4011;
/** What the code of a subgraph already means by these words. */
const RESERVED = ['subgraph', 'platform', 'gateway', 'test', 'default', 'public', 'postgres'];

/** @param moment of which the migrations are. @throws NameRefused */
export async function planSubgraph(project: string, name: string, moment = new Date()): Promise<Plan> {
  await demandName(project, name);
  const port = Math.max(FIRST_FREE_PORT - 1, ...Object.values(SUBGRAPH_PORTS)) + 1;
  const fill = (text: string) => text.replaceAll('{{name}}', name).replaceAll('{{Name}}', capitalised(name));

  const plan = new Map<string, string>();
  for (const [file, template] of await filesOf(project, name, moment)) plan.set(file, fill(template));
  const edit = async (file: string, ...edits: Edit[]) => {
    plan.set(
      file,
      edits.reduce((text, one) => inserted(file, text, one), await readFile(join(project, file), 'utf8')),
    );
  };
  const names = await readFile(join(project, 'subgraphs', 'names.ts'), 'utf8');
  const listed = [...SUBGRAPH_NAMES, name].map((one) => `'${one}'`).join(', ');
  plan.set(
    'subgraphs/names.ts',
    inserted('subgraphs/names.ts', names, { before: '};\n', add: `  ${name}: ${port},\n` }).replace(
      /(SUBGRAPH_NAMES = )\[[^\]]*\]/,
      `$1[${listed}]`,
    ),
  );
  await edit('deploy/units.ts', { before: '};\n\nexport const UNIT_PORTS', add: fill(STARTER) });
  const rover = await readFile(join(project, 'rover.yaml'), 'utf8');
  plan.set('rover.yaml', `${rover.trimEnd()}\n${fill(ROVER).replace('{{port}}', String(port))}`);
  await edit(
    'docker-compose.yml',
    { before: '  # In place of Midtrans and Xendit.', add: fill(SERVICE).replace('{{port}}', String(port)) },
    {
      before: '    volumes: ["./.secrets/jwt-public.pem',
      add: `      ${name.toUpperCase()}_URL: http://${name}:${port}/graphql\n`,
    },
  );
  return plan;
}

const STARTER = `  async {{name}}(platform) {
    const { start{{Name}} } = await import('../subgraphs/{{name}}/index.js');
    return start{{Name}}(platform);
  },
`;

const ROVER = `  {{name}}:
    routing_url: http://localhost:{{port}}/graphql
    schema:
      file: ./schema/{{name}}.graphql
`;

const SERVICE = `  {{name}}:
    <<: *unit
    command: ["node", "--enable-source-maps", "dist/deploy/unit.js", "{{name}}"]
    environment: { <<: *settings, PORT: {{port}} }
    depends_on: *needs
    healthcheck: *unit-health

`;

async function demandName(project: string, name: string): Promise<void> {
  if (!NAME.test(name))
    throw new NameRefused(
      `"${name}" is no name: one word of 2 to 20 small letters and digits, such as "feedback".`,
    );
  if (SUBGRAPH_NAMES.some((known) => known === name)) throw new NameRefused(`There is a subgraph ${name}.`);
  const taken = [`subgraphs/${name}`, `prisma/${name}`, `schema/${name}.graphql`].filter((path) =>
    existsSync(join(project, path)),
  );
  if (taken.length > 0) throw new NameRefused(`${taken.join(', ')} is there already.`);
  const settings = [`${name.toUpperCase()}_URL`, `${name.toUpperCase()}_DATABASE_URL`];
  const clash = [...SETTINGS, ...SETTING_NAMES].find((setting) => settings.includes(setting));
  if (clash !== undefined)
    throw new NameRefused(`The subgraph's address would be ${clash}, which means something else.`);
  if (RESERVED.includes(name) || UNIT_NAMES.some((known) => known === name))
    throw new NameRefused(`"${name}" means something else here.`);
  const supergraph = await readFile(join(project, 'schema', 'supergraph.graphql'), 'utf8');
  const type = `${capitalised(name)}Entry`;
  if (new RegExp(`^type ${type}\\b`, 'm').test(supergraph))
    throw new NameRefused(`The supergraph has a type ${type} already.`);
}

/** File of the project → template. */
async function filesOf(project: string, name: string, moment: Date): Promise<Map<string, string>> {
  const folder = join(project, 'deploy', 'add-subgraph', 'template');
  const read = (file: string) => readFile(join(folder, `${file}${SUFFIX}`), 'utf8');
  const migrations = `prisma/${name}/migrations`;
  const files = new Map([
    [`schema/${name}.graphql`, await read('schema.graphql')],
    [`prisma/${name}/schema.prisma`, await read('schema.prisma')],
    [`${migrations}/migration_lock.toml`, 'provider = "postgresql"\n'],
    [`${migrations}/${stampOf(moment)}_platform/migration.sql`, await read('platform.sql')],
    [
      `${migrations}/${stampOf(new Date(moment.getTime() + 1_000))}_init/migration.sql`,
      await read('tables.sql'),
    ],
  ]);
  for (const entry of await readdir(join(folder, 'subgraph'), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = path.slice(join(folder, 'subgraph').length + 1, -SUFFIX.length).replaceAll('\\', '/');
    files.set(`subgraphs/${name}/${target}`, await readFile(path, 'utf8'));
  }
  return files;
}

interface Edit {
  /** The first place where this stands. */
  readonly before: string;
  readonly add: string;
}

/** @throws Error where the file has changed its shape: this is a fault of the generator, and its test finds it. */
function inserted(file: string, text: string, { before, add }: Edit): string {
  const at = text.indexOf(before);
  if (at < 0)
    throw new Error(`${file} has no place for a subgraph: nothing there says ${JSON.stringify(before)}`);
  return text.slice(0, at) + add + text.slice(at);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** As the names of migrations begin: `20261129093000`. */
function stampOf(moment: Date): string {
  return moment.toISOString().replace(/\D/g, '').slice(0, 14);
}
