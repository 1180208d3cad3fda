/** What servings took before stock had a copy of it: the migration says it once, as events. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../platform/ids.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';

let menu: UpgradedDatabase;

const [teaId, oldId, groupId, milkId, oatId] = Array.from({ length: 5 }, () => newId());
const [tea, sugar, milk] = Array.from({ length: 3 }, () => newId());

beforeAll(async () => {
  menu = await upgradedDatabase('menu', {
    before: '20261130001100_recipes_carried_forward',
    rows: OLDER_ROWS,
  });
});
afterAll(() => menu.drop());

const OLDER_ROWS = `
  INSERT INTO menu_item (id, barcode, name, description, category, price, is_limited, is_archived, preparation_seconds, version)
    VALUES ('${teaId}', '1', 'Teh', '', 'MILK_TEA', 1000, false, false, 60, 7), ('${oldId}', '2', 'Kopi', '', 'COFFEE', 1000, false, true, 60, 2);
  INSERT INTO recipe_line (menu_item_id, ingredient_id, position, quantity)
    VALUES ('${teaId}', '${tea}', 0, 8), ('${teaId}', '${sugar}', 1, 20);
  INSERT INTO option_group (id, menu_item_id, position, name, minimum, maximum) VALUES ('${groupId}', '${teaId}', 0, 'Susu', 1, 1);
  INSERT INTO menu_option (id, group_id, position, name, price_delta, is_default)
    VALUES ('${milkId}', '${groupId}', 0, 'Segar', 0, true), ('${oatId}', '${groupId}', 1, 'Oat', 0, false);
  INSERT INTO option_recipe_line (option_id, ingredient_id, position, quantity)
    VALUES ('${milkId}', '${milk}', 0, 150), ('${milkId}', '${tea}', 1, 2), ('${milkId}', '${sugar}', 2, -20), ('${oatId}', '${milk}', 0, 1);`;

test('a serving takes the recipe with the default option of each group, at the version of the item', async () => {
  const { rows } = await menu.client.query(
    `SELECT aggregate_id AS id, aggregate_version AS version, data FROM outbox WHERE type = 'menu-item.recipe-carried-forward' ORDER BY version`,
  );
  expect(rows).toEqual([
    { id: oldId, version: 2, data: { menuItemId: oldId, isArchived: true, recipe: [] } },
    {
      ...{ id: teaId, version: 7 },
      data: {
        ...{ menuItemId: teaId, isArchived: false },
        recipe: expect.toSatisfy(
          (recipe: { ingredientId: string; quantity: number }[]) =>
            recipe.length === 2 &&
            recipe.some(({ ingredientId, quantity }) => ingredientId === tea && quantity === 10) &&
            recipe.some(({ ingredientId, quantity }) => ingredientId === milk && quantity === 150),
        ),
      },
    },
  ]);
});
