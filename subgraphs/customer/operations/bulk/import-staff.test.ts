import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../../prisma/seed/chain.js';
import { codesOf, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import {
  BUDI,
  DEWI,
  HQ,
  mailsTo,
  OTHER_OUTLET,
  SARI,
  startTestCustomer,
  tokenFor,
} from '../../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const exportedPage = z.object({
  exportStaff: z.object({
    csv: z.string(),
    pageInfo: z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() }),
  }),
});

const OUTLET = CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID);
const FRANCHISE = CATALOGUE.franchises.find(({ id }) => id === OUTLET?.franchiseId);
const anAddress = () => `${newId()}@kedai.test`;

function importing(identity: Identity, csv: string, dryRun = false) {
  return customer.run(
    identity,
    `mutation ($input: ImportStaffInput!) { importStaff(input: $input) {
       result { lines created changed unchanged badLines { line column value } } userErrors { code } } }`,
    { input: { csv, dryRun } },
  );
}

const imported = (counts: object) => ({
  data: {
    importStaff: {
      result: { created: 0, changed: 0, unchanged: 0, badLines: [], ...counts },
      userErrors: [],
    },
  },
});

describe('imported staff', () => {
  it('are invited by mail, once, also after they have accepted', async () => {
    const [barista, manager] = [anAddress(), anAddress()];
    const csv = `email,role,outlet,franchise\n${barista},barista,${OUTLET?.name},\n${manager},MANAGER,${OUTLET?.name},\n`;
    expect(await importing(DEWI, csv, true)).toEqual(imported({ lines: 2, created: 2 }));
    expect(await mailsTo(customer, barista)).toEqual([]);
    expect(await importing(DEWI, csv)).toEqual(imported({ lines: 2, created: 2 }));
    expect(await mailsTo(customer, barista)).toMatchObject([
      { kind: 'STAFF_INVITATION', facts: { role: 'BARISTA', place: OUTLET?.name } },
    ]);
    expect(await importing(DEWI, csv)).toEqual(imported({ lines: 2, unchanged: 2 }));
    const token = await tokenFor(customer, barista, 'STAFF_INVITATION');
    const accepted = await customer.run(
      { customerId: null, roles: [] },
      `mutation ($token: String!) { acceptInvitation(token: $token, name: "Baru", password: "kopi susu gula aren") {
         userErrors { code } } }`,
      { token },
    );
    expect(accepted).toEqual({ data: { acceptInvitation: { userErrors: [] } } });
    expect(await importing(DEWI, csv)).toEqual(imported({ lines: 2, unchanged: 2 }));
    expect(await mailsTo(customer, barista)).toHaveLength(1);
  });

  it('are exported as they were invited', async () => {
    const owner = anAddress();
    const csv = `email,role,franchise\n${owner},OWNER,${FRANCHISE?.name}\n`;
    expect(await importing(HQ, csv)).toEqual(imported({ lines: 1, created: 1 }));
    const result = await customer.run(HQ, '{ exportStaff(first: 100) { csv } }');
    const table = textAt(result, 'exportStaff', 'csv');
    expect(table).toContain(`${owner},OWNER,,,${FRANCHISE?.name}`);
    const lines = table.trim().split('\r\n').length - 1;
    expect(await importing(HQ, table)).toEqual(imported({ lines, unchanged: lines }));
  });

  it('are exported by head office with every role that is held, whoever granted it, and with none that was revoked', async () => {
    const revoked = anAddress();
    await importing(DEWI, `email,role,outlet\n${revoked},BARISTA,${OUTLET?.name}\n`);
    await customer.run(
      { customerId: null, roles: [] },
      `mutation ($token: String!) { acceptInvitation(token: $token, name: "Baru", password: "kopi susu gula aren") {
         userErrors { code } } }`,
      { token: await tokenFor(customer, revoked, 'STAFF_INVITATION') },
    );
    const lines = async () => {
      let [after, header] = ['', ''];
      const found: string[] = [];
      for (let hasNextPage = true; hasNextPage; ) {
        const { data } = await customer.run(
          HQ,
          'query ($after: String) { exportStaff(first: 3, after: $after) { csv pageInfo { endCursor hasNextPage } } }',
          { after },
        );
        const page = exportedPage.parse(data).exportStaff;
        const [first = '', ...rest] = page.csv.trim().split('\r\n');
        header = first;
        found.push(...rest);
        after = page.pageInfo.endCursor ?? '';
        hasNextPage = page.pageInfo.hasNextPage;
      }
      return { found, csv: [header, ...found].join('\r\n') };
    };
    const before = await lines();
    for (const { email, roles } of CATALOGUE.people) {
      for (const { role } of roles)
        expect(before.found.filter((line) => line.startsWith(`${email},${role},`))).toHaveLength(1);
    }
    expect(before.found.filter((line) => line.startsWith(revoked))).toHaveLength(1);
    const mails = await customer.pool.query("SELECT FROM outbox WHERE type = 'mail.requested'");
    expect(await importing(HQ, before.csv)).toEqual(
      imported({ lines: before.found.length, unchanged: before.found.length }),
    );
    const after = await customer.pool.query("SELECT FROM outbox WHERE type = 'mail.requested'");
    expect(after.rowCount).toBe(mails.rowCount);
    await customer.run(
      DEWI,
      'mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { userErrors { code } } }',
      { input: { email: revoked, role: 'BARISTA', outletId: STAFFED_OUTLET_ID } },
    );
    expect((await lines()).csv).not.toContain(revoked);
  });

  it('are exported as they are imported also where a person was invited to the same again', async () => {
    const email = anAddress();
    const csv = `email,role,outlet\n${email},BARISTA,${OUTLET?.name}\n`;
    expect(await importing(DEWI, csv)).toEqual(imported({ lines: 1, created: 1 }));
    await customer.pool.query('UPDATE account_link SET used_at = now() WHERE email = $1', [email]);
    const invite =
      'mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { userErrors { code } } }';
    await customer.run(DEWI, invite, { input: { email, role: 'BARISTA', outletId: STAFFED_OUTLET_ID } });
    const exported = await customer.run(DEWI, '{ exportStaff(first: 100) { csv } }');
    const table = textAt(exported, 'exportStaff', 'csv');
    const [header, ...lines] = table.split('\r\n');
    const twice = lines.filter((line) => line.startsWith(email));
    expect(twice).toHaveLength(2);
    expect(await importing(DEWI, [header, ...twice].join('\n'))).toEqual(
      imported({ lines: 2, unchanged: 2 }),
    );
    const another = anAddress();
    const repeated = `${csv.replace(email, another)}${another},BARISTA,${OUTLET?.name}\n`;
    expect(await importing(DEWI, repeated)).toEqual(imported({ lines: 2, created: 1, unchanged: 1 }));
    expect(await mailsTo(customer, another)).toHaveLength(1);
  });

  it('are refused where a franchise stands beside a role that is of the whole chain', async () => {
    expect(await importing(HQ, `email,role,franchise\n${anAddress()},HQ,${FRANCHISE?.name}\n`)).toMatchObject(
      {
        data: { importStaff: { result: { badLines: [{ line: 2, column: 'franchise' }] } } },
      },
    );
  });

  it('are refused where the caller does not hire, each by its line', async () => {
    const csv = [
      'email,role,outletId,franchise',
      `${anAddress()},BARISTA,${OTHER_OUTLET},`,
      `${anAddress()},MANAGER,${STAFFED_OUTLET_ID},`,
      `${anAddress()},OWNER,,${FRANCHISE?.name}`,
      `no address,BARISTA,${STAFFED_OUTLET_ID},`,
      `${anAddress()},CHEF,${STAFFED_OUTLET_ID},`,
    ].join('\n');
    expect(await importing(BUDI, csv)).toMatchObject({
      data: {
        importStaff: {
          result: {
            badLines: [
              { line: 2, column: 'outletId' },
              { line: 3, column: 'role', value: 'MANAGER' },
              { line: 4, column: 'franchise' },
              { line: 5, column: 'email', value: 'no address' },
              { line: 6, column: 'role', value: 'CHEF' },
            ],
          },
        },
      },
    });
    const { rows } = await customer.pool.query("SELECT FROM account_link WHERE email = 'no address'");
    expect(rows).toEqual([]);
  });

  it('are no business of baristas', async () => {
    expect(codesOf(await importing(SARI, 'email,role\na@kedai.test,BARISTA'))).toEqual(['FORBIDDEN']);
  });
});
