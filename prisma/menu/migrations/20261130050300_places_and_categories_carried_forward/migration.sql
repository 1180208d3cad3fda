-- Where outlets are and what categories items have by now, as events: consumers that reported neither know it from here on. What is changed while
-- this runs has its own event.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, event.type, 1, 'menu', now(), event.aggregate_id::text, event.version, event.data,
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM (
  SELECT uuidv7() AS id, 'menu-item.category-carried-forward' AS type, id AS aggregate_id, version,
    jsonb_build_object('menuItemId', id, 'category', category) AS data
  FROM menu_item
  UNION ALL
  SELECT uuidv7(), 'outlet.city-carried-forward', id, version, jsonb_build_object('outletId', id, 'city', city) FROM outlet
) AS event;
COMMIT;
