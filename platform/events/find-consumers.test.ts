import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findConsumers } from './find-consumers.js';

describe('the consumers of a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-found-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await write('points.js', consumerCalled('points'));
    await write('points.test.js', 'throw new Error("a test");');
    await write('shared.js', 'export const shared = 1;');
    await write('points.js.map', '{}');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const consumerCalled = (name: string) =>
    `export const consumer = ({ types }) => ({ name: '${name}', types, handle: async () => undefined });`;
  const found = async () => {
    const url = pathToFileURL(`${folder}/`);
    return (await findConsumers(url, { types: ['order.paid'] })).map(({ name, types }) => ({ name, types }));
  };

  it('are its files that export one, made of the parts, whatever else lies there', async () => {
    expect(await found()).toEqual([{ name: 'points', types: ['order.paid'] }]);
  });

  it('have a name each', async () => {
    await write('points-again.js', consumerCalled('points'));
    await expect(found()).rejects.toThrow(/Two consumers in .* are called points/);
  });
});
