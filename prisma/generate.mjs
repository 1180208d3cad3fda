/**
 * Generates the Prisma clients: `prisma/<name>/schema.prisma` → `prisma/<name>/client/`, for every subgraph with a schema.
 * Plain Node, offline, and only what has changed: each client carries a stamp of its schema.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** How many command lines of Prisma run at once; each takes a processor for a second. */
const AT_ONCE = 2;

/** The subgraphs whose client is missing or made from another schema. */
export function staleClients(folder = FOLDER) {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'schema.prisma')));
  return names.filter((name) => !isCurrent(join(folder, name)));
}

/** @returns {Promise<string[]>} the names whose client was generated now. */
export async function generateClients(folder = FOLDER) {
  const stale = staleClients(folder);
  const queue = [...stale];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const stamp = stampOf(join(folder, name));
      await prismaGenerate(join(folder, name));
      writeFileSync(join(folder, name, 'client', 'stamp'), stamp);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return stale;
}

function isCurrent(folder) {
  const file = join(folder, 'client', 'stamp');
  return existsSync(file) && readFileSync(file, 'utf8') === stampOf(folder);
}

function stampOf(folder) {
  const { version } = createRequire(import.meta.url)('prisma/package.json');
  return createHash('sha256')
    .update(version)
    .update(readFileSync(join(folder, 'schema.prisma')))
    .digest('hex');
}

function prismaGenerate(folder) {
  const commandLine = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const child = spawn(
    process.execPath,
    [commandLine, 'generate', '--schema', join(folder, 'schema.prisma')],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // Generating needs no schema engine, but the command line would download one; any program that exists will do.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${join(folder, 'schema.prisma')} could not be generated:\n${output.trim()}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const generated = await generateClients();
    console.log(
      generated.length > 0 ? `Generated: ${generated.join(', ')}` : 'Every Prisma client is current.',
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
