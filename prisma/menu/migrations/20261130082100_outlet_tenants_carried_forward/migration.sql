-- Which franchise outlets belong to by now, as events: for consumers that begin with this release. What is changed while this runs has its own
-- event.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'outlet.tenant-carried-forward', 1, 'menu', now(), outlet.id::text, outlet.version,
       jsonb_build_object('outletId', outlet.id, 'franchiseId', outlet.franchise_id),
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM outlet
CROSS JOIN LATERAL (SELECT uuidv7() AS id WHERE outlet.id IS NOT NULL) AS event;
COMMIT;
