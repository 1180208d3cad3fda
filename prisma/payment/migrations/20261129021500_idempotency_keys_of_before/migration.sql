-- Idempotency keys written before the subgraphs shared one rule for them: their scope was `operation:caller` and is
-- `caller:operation`. Under its old scope a key is not found, and a refund retried across the upgrade would be made twice.
UPDATE idempotency AS former SET scope = regexp_replace(scope, '^(\w+):(.*)$', '\2:\1')
WHERE scope ~ '^(payOrder|refundPayment|openDispute):'
  AND NOT EXISTS (
    SELECT FROM idempotency AS present
    WHERE present.key = former.key AND present.scope = regexp_replace(former.scope, '^(\w+):(.*)$', '\2:\1')
  );

-- Their hash was of the input with its members in the order of the schema, and is of the sorted members. Where the row that a
-- request led to still holds all of its input, the hash is computed again, so that a retry leads to that row. Any other key
-- keeps a hash that nothing matches: its retry is refused.
UPDATE idempotency SET input_hash = encode(sha256(convert_to(input.present, 'UTF8')), 'hex')
FROM (
  SELECT id,
         format('{"orderId":%s,"method":%s}', to_json(order_id::text), to_json(method::text)) AS former,
         format('{"method":%s,"orderId":%s}', to_json(method::text), to_json(order_id::text)) AS present
  FROM payment
  UNION ALL
  SELECT id,
         format('{"paymentId":%s,"amount":%s,"reason":%s}', to_json(payment_id::text), amount, to_json(reason)),
         format('{"amount":%s,"paymentId":%s,"reason":%s}', amount, to_json(payment_id::text), to_json(reason))
  FROM (SELECT id, payment_id, amount, reason FROM refund UNION ALL SELECT id, payment_id, amount, reason FROM dispute) AS given
) AS input
WHERE result_id = input.id AND input_hash = encode(sha256(convert_to(input.former, 'UTF8')), 'hex');
