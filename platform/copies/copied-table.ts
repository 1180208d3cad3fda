/**
 * A copied table held in memory. Rows are inserted and updated, never deleted, and each update raises the row's version; so
 * the number of rows and the sum of their versions show whether memory and table are equal.
 */
import type { Pool } from 'pg';

export interface CopiedRow {
  readonly key: string;
  readonly version: number;
}

export interface CopiedTableOptions<Row, Stored> {
  readonly table: string;
  /** SELECT without WHERE, with a `key` and a `version` column. */
  readonly select: string;
  /** The uuid column by which parts are reloaded. */
  readonly partColumn: string;
  read(stored: Stored): Row;
  /** Called for every row that is new or changed. */
  onRow?(row: Row): void;
}

export class CopiedTable<Row extends CopiedRow, Stored extends object> {
  readonly #rows = new Map<string, Row>();
  readonly #pool: Pool;
  readonly #options: CopiedTableOptions<Row, Stored>;
  #versions = 0;

  constructor(pool: Pool, options: CopiedTableOptions<Row, Stored>) {
    this.#pool = pool;
    this.#options = options;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  rows(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** @param parts values of the part column; everything when left out. */
  async load(parts?: readonly string[]): Promise<void> {
    const { select, partColumn } = this.#options;
    const { rows } = parts
      ? await this.#pool.query<Stored>(`${select} WHERE ${partColumn} = ANY($1::uuid[])`, [parts])
      : await this.#pool.query<Stored>(select);
    for (const stored of rows) this.#put(this.#options.read(stored));
  }

  /** Reloads everything when memory and table differ. */
  async catchUp(): Promise<void> {
    const { rows } = await this.#pool.query<{ rows: string; versions: string }>(
      `SELECT count(*) AS rows, coalesce(sum(version), 0) AS versions FROM ${this.#options.table}`,
    );
    const [stored] = rows;
    if (Number(stored?.rows) !== this.#rows.size || Number(stored?.versions) !== this.#versions)
      await this.load();
  }

  #put(row: Row): void {
    const known = this.#rows.get(row.key);
    if (known !== undefined && row.version <= known.version) return;
    this.#rows.set(row.key, row);
    this.#versions += row.version - (known?.version ?? 0);
    this.#options.onRow?.(row);
  }
}
