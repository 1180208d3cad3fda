/**
 * `npm run add:subgraph -- <name>`: writes a subgraph that composes, migrates, starts and passes its first test, and adds it to the files
 * that list the subgraphs. docs/extend.md says what to do next.
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { NameRefused, type Plan, planSubgraph } from './add-subgraph/plan.js';

const HELP = `Adds a subgraph: schema, database with its walls, unit, resolvers, a first test, and its place in the fleet.

  npm run add:subgraph -- <name>    one word of small letters and digits, such as "feedback"

It is then a unit like the others: npm start runs it, and docs/extend.md says how to go on.
`;

async function write(plan: Plan): Promise<void> {
  for (const [file, content] of plan) {
    await mkdir(dirname(join(PROJECT_FOLDER, file)), { recursive: true });
    await writeFile(join(PROJECT_FOLDER, file), content);
  }
}

/** @throws Error with what the program said, where it fails. */
async function run(...command: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, command, { cwd: PROJECT_FOLDER, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`node ${command.join(' ')} failed:\n${output.trim()}`);
}

async function addSubgraph(name: string): Promise<void> {
  const plan = await planSubgraph(PROJECT_FOLDER, name);
  await write(plan);
  const formatted = [...plan.keys()].filter((file) => file.endsWith('.ts') || file.endsWith('.graphql'));
  await run('node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...formatted);
  await run('deploy/prepare.mjs');
  await run('dist/schema/compose.js');
  await run('dist/schema/codegen.js');
  for (const file of plan.keys()) console.log(`  ${file}`);
  console.log(`
The subgraph ${name} is part of the supergraph. Its first test, and the system with it:

  npx vitest run subgraphs/${name}
  npm start
`);
}

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h', default: false } },
  allowPositionals: true,
});
const [name, ...more] = positionals;
if (values.help || name === undefined || more.length > 0) {
  process.stdout.write(HELP);
  if (!values.help) process.exitCode = 1;
} else {
  try {
    await addSubgraph(name);
  } catch (error) {
    if (!(error instanceof NameRefused)) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 1;
  }
}
