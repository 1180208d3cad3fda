/** Second factors. Secrets are stored sealed, and recovery codes as hashes: only those in use are stored at all. */
import { createHash } from 'node:crypto';
import type { OwnCustomerDatabase, Transaction } from './database.js';
import type { HeldRole } from './roles.js';

export interface SecondFactor {
  readonly customerId: string;
  readonly sealedSecret: Uint8Array;
  readonly begunAt: Date;
  /** Null until a code has confirmed it: sign-ins need none before. */
  readonly confirmedAt: Date | null;
  /** The time step of the last code accepted. */
  readonly lastStep: number;
}

/** What a person has, and the roles for which one may be required. */
export interface SecondFactorState {
  /** The person's. */
  readonly id: string;
  readonly confirmedAt: Date | null;
  readonly recoveryCodesLeft: number;
  readonly roles: readonly HeldRole[];
}

/** In a transaction that has locked the account (`lockPassword`, `lockAccount`), it stays as it is read. */
export async function findSecondFactor(
  { secondFactor }: Pick<Transaction, 'secondFactor'>,
  customerId: string,
): Promise<SecondFactor | null> {
  return secondFactor.findUnique({ where: { customerId }, omit: { recoveryHashes: true } });
}

export async function findSecondFactorStates(
  { prisma }: Pick<OwnCustomerDatabase, 'prisma'>,
  customerIds: readonly string[],
): Promise<SecondFactorState[]> {
  const accounts = await prisma.customer.findMany({
    where: { id: { in: [...customerIds] } },
    select: {
      id: true,
      secondFactor: { select: { confirmedAt: true, recoveryHashes: true } },
      roles: { select: { role: true, outletId: true, franchiseId: true }, orderBy: { id: 'asc' } },
    },
  });
  return accounts.map(({ id, secondFactor, roles }) => ({
    id,
    confirmedAt: secondFactor?.confirmedAt ?? null,
    recoveryCodesLeft: secondFactor?.recoveryHashes.length ?? 0,
    roles,
  }));
}

/** Begins again where a former one was not confirmed. @returns whether none is confirmed. */
export async function insertSecondFactor(
  tx: Transaction,
  customerId: string,
  sealedSecret: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<boolean> {
  await tx.secondFactor.deleteMany({ where: { customerId, confirmedAt: null } });
  const { count } = await tx.secondFactor.createMany({
    data: [{ customerId, sealedSecret, begunAt: now, recoveryHashes: [] }],
    skipDuplicates: true,
  });
  return count === 1;
}

export async function updateSecondFactorConfirmed(
  tx: Transaction,
  customerId: string,
  recoveryCodes: readonly string[],
  now: Date,
): Promise<void> {
  await tx.secondFactor.update({
    where: { customerId },
    data: { confirmedAt: now, recoveryHashes: recoveryCodes.map(hashOf) },
  });
}

export async function updateRecoveryCodes(
  tx: Transaction,
  customerId: string,
  recoveryCodes: readonly string[],
): Promise<void> {
  await tx.secondFactor.update({
    where: { customerId },
    data: { recoveryHashes: recoveryCodes.map(hashOf) },
  });
}

/** @returns whether no code of that step or a later one was accepted before. */
export async function updateStepAccepted(
  tx: Transaction,
  customerId: string,
  step: number,
): Promise<boolean> {
  const { count } = await tx.secondFactor.updateMany({
    where: { customerId, lastStep: { lt: step } },
    data: { lastStep: step },
  });
  return count === 1;
}

/** @returns whether it was one that is left. */
export async function deleteRecoveryCode(
  tx: Transaction,
  customerId: string,
  code: string,
): Promise<boolean> {
  const hash = hashOf(code);
  const deleted = await tx.$executeRaw`
    UPDATE second_factor SET recovery_hashes = array_remove(recovery_hashes, ${hash}::bytea)
    WHERE customer_id = ${customerId}::uuid AND confirmed_at IS NOT NULL AND ${hash}::bytea = ANY (recovery_hashes)`;
  return deleted === 1;
}

/** @returns whether there was one that was confirmed. */
export async function deleteSecondFactor(tx: Transaction, customerId: string): Promise<boolean> {
  await tx.secondFactor.deleteMany({ where: { customerId, confirmedAt: null } });
  const { count } = await tx.secondFactor.deleteMany({ where: { customerId } });
  return count === 1;
}

/** A code is 80 random bits: a fast hash protects it as well as a slow one would. */
function hashOf(code: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(code).digest());
}
