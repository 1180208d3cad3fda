/** The part of a Prisma client or transaction that statements written by hand need. */
export interface SqlTransaction {
  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe<Rows>(query: string, ...values: unknown[]): Promise<Rows>;
}
