/** Messages that could not be read or taken, each with its reason. The latest are stored; older ones are deleted. */
import { idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { StoredDeadLetter } from '../domain/records.js';
import { type DeadLetter, MAXIMUM_PAYLOAD_BYTES } from '../domain/shelf-message.js';
import type { OwnStockDatabase, StockDatabase, Transaction } from './database.js';

const RETENTION = 10_000;
const LONGEST_TEXT = 1_000;

/** Of a payload, as much as a reading may have: what could be read one day is stored whole. */
export async function insertDeadLetters(
  { prisma }: OwnStockDatabase,
  letters: readonly DeadLetter[],
): Promise<void> {
  await prisma.deadLetter.createMany({
    data: letters.map(({ message, reason, detail }) => ({
      topic: storable(message.topic),
      payload: new Uint8Array(message.payload.subarray(0, MAXIMUM_PAYLOAD_BYTES)),
      size: message.payload.byteLength,
      reason: reasonOf(reason, detail),
    })),
  });
}

export async function deleteOldDeadLetters({ pool }: OwnStockDatabase): Promise<void> {
  await pool.query(
    `DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC OFFSET ${RETENTION} LIMIT 1)`,
  );
}

/** The rows of a page, newest first, as `connectionOf` takes them. */
export async function findDeadLetterPage(
  { prisma }: Pick<StockDatabase, 'prisma'>,
  page: Page,
): Promise<StoredDeadLetter[]> {
  return prisma.deadLetter.findMany(idKeysetOf(page, 'desc'));
}

export async function countDeadLetters({ prisma }: Pick<StockDatabase, 'prisma'>): Promise<number> {
  return prisma.deadLetter.count();
}

/** In the order of their arrival. */
export async function findDeadLetters(
  { prisma }: Pick<StockDatabase, 'prisma'>,
  ids: readonly string[],
): Promise<StoredDeadLetter[]> {
  return prisma.deadLetter.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });
}

export async function deleteDeadLetters(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.deadLetter.deleteMany({ where: { id: { in: [...ids] } } });
}

export async function updateReason(
  tx: Transaction,
  id: string,
  { reason, detail }: Pick<DeadLetter, 'reason' | 'detail'>,
): Promise<void> {
  await tx.deadLetter.updateMany({ where: { id }, data: { reason: reasonOf(reason, detail) } });
}

function reasonOf(reason: string, detail: string): string {
  return detail === '' ? reason : storable(`${reason}: ${detail}`);
}

/** PostgreSQL's text holds neither NUL nor half of a surrogate pair. */
function storable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replaceAll(/[\0\p{Cs}]/gu, '�');
}
