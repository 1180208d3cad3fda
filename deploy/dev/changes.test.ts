import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { UNIT_NAMES } from '../units.js';
import { consequencesOf } from './changes.js';
import { readCodeGraph } from './code-graph.js';

describe('a change in', async () => {
  const graph = await readCodeGraph(PROJECT_FOLDER);
  const unitsOf = (file: string) => consequencesOf([file], graph).units;

  it('a subgraph restarts that subgraph alone', () => {
    expect(unitsOf('subgraphs/menu/operations/create-menu-item.ts')).toEqual(['menu']);
    // Consumers are found by their folder: nothing imports them.
    expect(unitsOf('subgraphs/order/events/order-saga.ts')).toEqual(['order']);
    expect(unitsOf('subgraphs/order/events/of-tomorrow.ts')).toEqual(['order']);
  });

  it('the gateway restarts the gateway alone', () => {
    expect(unitsOf('gateway/pipeline/authorize.ts')).toEqual(['gateway']);
  });

  it('what ingest and the stock subgraph share restarts both', () => {
    expect(unitsOf('subgraphs/stock/store/database.ts')).toEqual(expect.arrayContaining(['stock', 'ingest']));
  });

  it('what every unit runs restarts every unit, the gateway after the subgraphs', () => {
    const units = unitsOf('platform/log.ts');
    expect(units.toSorted()).toEqual(UNIT_NAMES.toSorted());
    expect(units.indexOf('gateway')).toBeGreaterThan(units.indexOf('messages'));
  });

  it('a schema composes the supergraph and restarts its subgraph and the gateway', () => {
    expect(consequencesOf(['schema/menu.graphql', 'schema/supergraph.graphql'], graph)).toEqual({
      ...{ code: [], composes: true, migrates: false, units: ['menu', 'gateway'] },
    });
  });

  it('a migration migrates and restarts its subgraph', () => {
    expect(consequencesOf(['prisma/stock/migrations/20990101000000_more/migration.sql'], graph)).toEqual({
      ...{ code: [], composes: false, migrates: true, units: ['stock'] },
    });
  });

  it('a test, or what is generated, restarts nothing', () => {
    for (const file of [
      'subgraphs/menu/index.test.ts',
      'schema/types/menu.ts',
      'prisma/menu/client/client.ts',
    ])
      expect(consequencesOf([file], graph)).toMatchObject({ code: [], units: [] });
  });
});
