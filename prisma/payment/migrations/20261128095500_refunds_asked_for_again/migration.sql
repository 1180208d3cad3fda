-- What an order's end gives back may take several refunds: a provider can refuse one. That they never give back more than
-- was captured, the sums of the payment say (payment_given_back).
DROP INDEX refund_one_by_order;

-- What was refused before and never asked for again is due.
UPDATE payment SET next_check_at = now()
  FROM order_copy
  WHERE order_copy.id = payment.order_id
    AND paid_at IS NOT NULL AND refunds_held + disputes_held < amount
    AND (is_surplus OR order_copy.status IN ('REJECTED', 'CANCELLED', 'REFUNDED'));
