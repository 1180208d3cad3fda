-- An order's step is noticed once by each person, however often it is told: the death of an order that money came for late
-- is told again. Its title names the step. Other kinds may rightly say the same twice: two payments can fail alike.
DELETE FROM notification AS again USING notification AS first
WHERE again.kind = 'ORDER_STATUS' AND first.kind = 'ORDER_STATUS' AND again.id > first.id
  AND (again.order_id, again.customer_id, again.title) = (first.order_id, first.customer_id, first.title);

CREATE UNIQUE INDEX notification_order_step ON notification (order_id, customer_id, title) WHERE kind = 'ORDER_STATUS';
