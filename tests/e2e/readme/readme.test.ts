/** Runs what README.md suggests to newcomers, word for word: only the ids and tokens that it leaves open are filled in. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

describe('the README', () => {
  let readme: string;
  let system: WholeSystem;
  beforeAll(async () => {
    readme = await readFile(join(PROJECT_FOLDER, 'README.md'), 'utf8');
    system = await startWholeSystem();
  });
  afterAll(() => system?.stop());

  function block(language: string, start: string): string {
    const blocks = [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
      ([, text = '']) => text,
    );
    const found = blocks.find((text) => text.startsWith(start));
    if (found === undefined) throw new Error(`README.md shows no ${language} that begins with ${start}`);
    return found;
  }

  it("takes a newcomer through signing in, ordering, watching, paying and a shelf's reading", async () => {
    const visitor = new FrontEnd(system.url);
    const { signIn } = await visitor.execute<{ signIn: { session: { accessToken: string } } }>(
      block('graphql', 'mutation SignIn'),
    );
    const rina = new FrontEnd(system.url, signIn.session.accessToken);

    const { placeOrder } = await rina.execute<{
      placeOrder: { order: { id: string } | null; userErrors: object[] };
    }>(block('graphql', 'mutation Order'));
    expect(placeOrder.userErrors).toEqual([]);
    const withOrder = (text: string) => text.replaceAll('ORDER_ID', placeOrder.order?.id ?? '');

    const watched = rina.subscribe<{ orderStatusChanged: { status: string } }>(
      withOrder(block('graphql', 'subscription Watch')),
    );
    const { payOrder } = await rina.execute<{ payOrder: { userErrors: object[] } }>(
      withOrder(block('graphql', 'mutation Pay')),
    );
    expect(payOrder.userErrors).toEqual([]);
    await eventually(() => expect(watched.events.at(-1)?.orderStatusChanged.status).toBe('PAID'));
    watched.close();

    const budi = await visitor.signIn('budi@kedai.test');
    const stock = budi.subscribe<{
      stockLevelChanged: { onHand: number; stockItem: { ingredient: { unit: string } } };
    }>(block('graphql', 'subscription Stock'));
    await eventually(() => expect(stock.events).toHaveLength(1));
    await publish(block('sh', 'npx mqtt pub'), new URL(system.mqttUrl).port);
    await eventually(() => expect(stock.events.at(-1)?.stockLevelChanged.onHand).toBe(60_000));
    await eventually(async () => {
      const { me } = await budi.execute<{ me: { notifications: { nodes: { kind: string }[] } } }>(
        '{ me { notifications { nodes { kind } } } }',
      );
      expect(me.notifications.nodes.map(({ kind }) => kind)).toContain('LOW_STOCK');
    });
    expect([...watched.errors, ...stock.errors]).toEqual([]);
    stock.close();
  });

  it('names only existing commands', async () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      await readFile(join(PROJECT_FOLDER, 'package.json'), 'utf8'),
    );
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });

  it('links to existing documents', async () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(0);
    for (const path of links) await readFile(join(PROJECT_FOLDER, path));
  });

  /** Runs the README's command with the port that this system's broker has. */
  async function publish(command: string, port: string): Promise<void> {
    await promisify(execFile)('sh', ['-c', command.replace('-p 1883', `-p ${port}`)], {
      cwd: PROJECT_FOLDER,
    });
  }
});
