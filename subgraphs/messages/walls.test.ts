/** The wall behind the messages subgraph's filters: what each caller reaches by statements that name no tenant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';
import { changedBy, NO_PRIVILEGE, READ_ONLY, readBy } from '../../tests/support/walls.js';
import { type OwnMessagesDatabase, openMessagesDatabase } from './store/database.js';
import { HQ, OTHERS, request, rowOf, startTestMessages } from './testing/harness.js';

let messages: TestSubgraph;
let database: OwnMessagesDatabase;
let mailId: string;
beforeAll(async () => {
  messages = await startTestMessages();
  database = openMessagesDatabase(messages.platform.config.databaseUrl('messages'), messages.platform.bus);
  ({ mailId } = await request(messages));
  await eventually(async () => expect((await rowOf(messages, mailId))?.state).toBe('SENT'));
});
afterAll(async () => {
  await database.close();
  await messages.stop();
});

describe('a mail', () => {
  it('is head office’s to read, but for what it says and its link', async () => {
    const hq = database.as(HQ);
    expect(await readBy(hq, 'SELECT id FROM mail')).toEqual([mailId]);
    for (const column of ['facts', 'link_id', '*'])
      expect(await readBy(hq, `SELECT ${column} FROM mail`)).toBe(NO_PRIVILEGE);
  });

  it.each(Object.entries(OTHERS))('is not reached by a %s', async (_name, identity) => {
    expect(await readBy(database.as(identity), 'SELECT id FROM mail')).toBe(NO_PRIVILEGE);
  });

  it.each(Object.entries({ ...OTHERS, 'member of head office': HQ }))(
    'is not written by a %s',
    async (_name, identity) => {
      const caller = database.as(identity);
      for (const statement of [
        `UPDATE mail SET recipient = 'mallory@evil.example'`,
        'DELETE FROM mail',
        'DELETE FROM erased_customer',
        `INSERT INTO erased_customer VALUES ('${mailId}', now())`,
      ])
        expect([NO_PRIVILEGE, READ_ONLY]).toContain(await changedBy(caller, statement));
    },
  );
});
