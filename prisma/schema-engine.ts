/**
 * Prisma's own schema engine, run in this process as WebAssembly over a `pg` connection: the same migrations,
 * `_prisma_migrations` table and checksums as Prisma's command line, with nothing to download.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Node provides it; its type declarations do not. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

export type SchemaEngine = bindings.SchemaEngine;

/** Prisma manages every table and type of a database. */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

let instantiated: Promise<void> | undefined;

/**
 * Runs `work` with an engine bound to one database, and releases the database afterwards. Where the engine needs a
 * database to replay migrations in, it uses this same one: such work needs a disposable empty one.
 */
export async function withSchemaEngine<Result>(
  { url, schema }: { url: string; schema: string },
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  instantiated ??= instantiate();
  await instantiated;
  const pool = catalogueReadingPool(url);
  const adapter = new PrismaPg(pool);
  let refusal: unknown;
  const refused = (error: unknown) => {
    refusal = error;
  };
  const connect = async () => runningScriptsWhole(readingCatalogues(await adapter.connect()), pool, refused);
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory({
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      connect,
      connectToShadowDb: connect,
    }),
  );
  try {
    return await work(engine);
  } catch (error) {
    throw new Error(plainMessage(refusal ?? error));
  } finally {
    engine.free();
    await pool.end();
  }
}

/**
 * PostgreSQL's catalogues use the one-byte type `"char"`, which the adapter refuses and the engine needs as a character.
 * So the pool reports it as `char(1)`, which the adapter passes on as text, and the result's type is corrected afterwards.
 */
function catalogueReadingPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const query = pool.query.bind(pool);
  return Object.assign(pool, {
    query: async (config: pg.QueryArrayConfig<unknown[]>, values?: unknown[]) => {
      const result = await query(config, values);
      for (const field of result.fields) {
        if (field.dataTypeID === pg.types.builtins.CHAR) field.dataTypeID = pg.types.builtins.BPCHAR;
      }
      return result;
    },
  });
}

const CHARACTER_COLUMNS = ['constraint_type', 'confdeltype', 'confupdtype'];

function readingCatalogues(connection: SqlDriverAdapter): SqlDriverAdapter {
  const queryRaw = connection.queryRaw.bind(connection);
  return Object.assign(connection, {
    queryRaw: async (query: SqlQuery): Promise<SqlResultSet> => {
      const result = await queryRaw(query);
      const columnTypes = result.columnNames.map((name, index) =>
        CHARACTER_COLUMNS.includes(name) ? ColumnTypeEnum.Character : result.columnTypes[index],
      );
      return { ...result, columnTypes: columnTypes.filter((type) => type !== undefined) };
    },
  });
}

/**
 * The adapter splits a script at every semicolon, within the bodies of functions, too; PostgreSQL itself takes it whole.
 * PostgreSQL's error is passed to `refused`, since the engine reports only that there was one.
 */
function runningScriptsWhole(
  connection: SqlDriverAdapter,
  pool: pg.Pool,
  refused: (error: unknown) => void,
): SqlDriverAdapter {
  return Object.assign(connection, {
    executeScript: async (script: string): Promise<void> => {
      const client = await pool.connect();
      try {
        await client.query(script);
      } catch (error) {
        refused(error);
        throw error;
      } finally {
        client.release();
      }
    },
  });
}

async function instantiate(): Promise<void> {
  // Where the engine writes its message before it aborts.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(message);
      },
    },
  });
  const program = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const { instance } = await WebAssembly.instantiate(await readFile(program.replace(/\.js$/, '.wasm')), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** The engine's message without its stack. */
function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/\n\s+0: /)[0]?.trim() ?? message;
}
