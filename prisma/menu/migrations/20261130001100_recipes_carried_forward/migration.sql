-- What a serving of each item takes by now, as events: the history before may be older than new consumers are given. What is changed while
-- this runs has a higher version, and its own event.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'menu-item.recipe-carried-forward', 1, 'menu', now(), item.id::text, item.version,
       jsonb_build_object('menuItemId', item.id, 'isArchived', item.is_archived, 'recipe', serving.recipe),
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM menu_item AS item
CROSS JOIN LATERAL (SELECT uuidv7() AS id WHERE item.id IS NOT NULL) AS event
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(jsonb_build_object('ingredientId', ingredient_id, 'quantity', quantity)), '[]') AS recipe FROM (
    SELECT ingredient_id, sum(quantity) AS quantity FROM (
      SELECT ingredient_id, quantity FROM recipe_line WHERE menu_item_id = item.id
      UNION ALL
      SELECT added.ingredient_id, added.quantity FROM option_group
      JOIN menu_option ON group_id = option_group.id AND is_default JOIN option_recipe_line AS added ON option_id = menu_option.id
      WHERE menu_item_id = item.id
    ) AS taken GROUP BY ingredient_id HAVING sum(quantity) > 0
  ) AS needed
) AS serving;
COMMIT;
