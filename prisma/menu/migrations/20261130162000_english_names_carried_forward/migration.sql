-- The names that items, option groups and options have in English by now, as events: consumers that reported none know them from here on. What
-- is changed while this runs has its own event.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'menu-item.names-carried-forward', 1, 'menu', now(), event.aggregate_id::text, event.version, event.data,
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM (
  SELECT uuidv7() AS id, item.id AS aggregate_id, item.version,
    jsonb_build_object('menuItemId', item.id, 'englishNames', jsonb_object_agg(named.id, named.name_en)) AS data
  FROM menu_item AS item JOIN (
    SELECT id AS menu_item_id, id, name_en FROM menu_item
    UNION ALL
    SELECT menu_item_id, id, name_en FROM option_group
    UNION ALL
    SELECT option_group.menu_item_id, menu_option.id, menu_option.name_en
    FROM menu_option JOIN option_group ON option_group.id = menu_option.group_id
  ) AS named ON named.menu_item_id = item.id AND named.name_en IS NOT NULL
  GROUP BY item.id, item.version
) AS event;
COMMIT;
