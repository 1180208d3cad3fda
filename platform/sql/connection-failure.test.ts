/** A database that is away, or too busy, is distinguished from one that refuses a statement. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { isConnectionFailure } from './connection-failure.js';

let database: FreshDatabase;
let pool: pg.Pool;
let prisma: PrismaClient;
beforeAll(async () => {
  database = await freshDatabase('menu');
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
});
afterAll(async () => {
  await prisma.$disconnect();
  if (!pool.ended) await pool.end();
  await database.drop();
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a failure of the database', () => {
  it('is one of the connection where no connection is free in time', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const holder = prisma.$transaction(async () => {
      begun();
      await released;
    });
    await hasBegun;
    const failure = await failureOf(prisma.$transaction(async () => undefined, { maxWait: 50 }));
    release();
    await holder;
    expect(failure).toMatchObject({ code: 'P2028' });
    expect(isConnectionFailure(failure)).toBe(true);
  });

  it('is one of the connection where a transaction takes longer than it may', async () => {
    const work = prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT 1 FROM pg_sleep(0.2)`;
        await tx.$queryRaw`SELECT 1`;
      },
      { timeout: 50 },
    );
    const failure = await failureOf(work);
    expect(failure).toMatchObject({ code: 'P2028' });
    expect(isConnectionFailure(failure)).toBe(true);
  });

  it('is none of the connection where a statement is refused', async () => {
    const failure = await failureOf(prisma.$queryRaw`SELECT 1 / 0`);
    expect(failure).toBeInstanceOf(Error);
    expect(isConnectionFailure(failure)).toBe(false);
  });
});
