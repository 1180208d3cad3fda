/**
 * The file that devices are flashed from: a line for each new shelf, with the token that its device signs in with. It is readable to its owner
 * alone, and on the disk before the next shelves are made: tokens are answered once.
 */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { ConfigurationError } from '../../platform/config.js';
import { withoutFormula, writeCsv } from '../../platform/kit/csv.js';

export interface DeviceToken {
  readonly shelfId: string;
  readonly outletId: string;
  readonly outlet: string;
  readonly ingredient: string;
  readonly topic: string;
  readonly deviceToken: string;
}

const COLUMNS = ['shelfId', 'deviceToken', 'topic', 'outletId', 'outlet', 'ingredient'] as const;
const OWNER_ALONE = 0o600;

export interface TokenFile {
  append(tokens: readonly DeviceToken[]): Promise<void>;
  /** A file without any tokens goes. */
  close(): Promise<void>;
}

/** Opens the file to be added to. @throws ConfigurationError where it cannot be written, before any token is made. */
export async function openTokenFile(path: string): Promise<TokenFile> {
  let file: FileHandle;
  try {
    file = await open(path, 'a', OWNER_ALONE);
    await file.chmod(OWNER_ALONE);
  } catch (error) {
    throw new ConfigurationError(
      `${path} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
  return {
    async append(tokens) {
      if (tokens.length === 0) return;
      const isNew = (await file.stat()).size === 0;
      // A token that begins with a dash stays as it is: what flashes devices is no spreadsheet.
      const lines = tokens.map((token) =>
        COLUMNS.map((column) => (column === 'deviceToken' ? token[column] : withoutFormula(token[column]))),
      );
      await file.appendFile(writeCsv([...(isNew ? [[...COLUMNS]] : []), ...lines]));
      await file.sync();
    },
    async close() {
      const isEmpty = (await file.stat()).size === 0;
      await file.close();
      if (isEmpty) await unlink(path);
    },
  };
}
