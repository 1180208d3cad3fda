-- Receipts of what processes of the release before receipts capture and give back while this release is rolled out: they copy orders without a
-- bill and issue no credit notes. Receipts are completed when the bill arrives (consumer `payment.bills`), credit notes are issued here.

-- As before, and a receipt without a bill gets it, once.
CREATE OR REPLACE FUNCTION refuse_receipt_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  _old jsonb := to_jsonb(OLD);
  _new jsonb := to_jsonb(NEW);
BEGIN
  IF TG_OP = 'UPDATE' AND _old ->> 'series' = 'RECEIPT' AND _old #>> '{content,placedAt}' IS NULL AND _new #>> '{content,placedAt}' IS NOT NULL
    AND _old - 'content' = _new - 'content' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'receipts are never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_append_only';
END $$;

-- Of an amount, what belongs to the rupiah of a total from one to another (platform/order-charges.ts).
CREATE FUNCTION share_between(_amount bigint, _total bigint, _from bigint, _to bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (div(_amount::numeric * _to, _total) - div(_amount::numeric * _from, _total))::bigint
$$;

CREATE FUNCTION charges_between(_bill jsonb, _total bigint, _from bigint, _to bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'serviceCharge', share_between((_bill ->> 'serviceCharge')::bigint, _total, _from, _to),
    'rounding', share_between((_bill ->> 'rounding')::bigint, _total, _from, _to),
    'taxes', (
      SELECT coalesce(jsonb_agg(tax || jsonb_build_object(
        'base', share_between((tax ->> 'base')::bigint, _total, _from, _to),
        'amount', share_between((tax ->> 'amount')::bigint, _total, _from, _to)) ORDER BY place), '[]')
      FROM jsonb_array_elements(_bill -> 'taxes') WITH ORDINALITY AS taxed (tax, place)))
$$;

-- Books charges apart that were booked as sold or given back for lines alone.
-- _sign: 1 for what was captured, -1 for what was given back.
CREATE FUNCTION book_charges_apart(_payment_id uuid, _receipt_id uuid, _account text, _sign int, _charges jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _booking_id uuid := new_receipt_id();
  _tax bigint := taxes_of_bill(_charges);
  _service bigint := (_charges ->> 'serviceCharge')::bigint;
  _rounding bigint := (_charges ->> 'rounding')::bigint;
BEGIN
  IF _tax = 0 AND _service = 0 AND _rounding = 0 THEN
    RETURN;
  END IF;
  INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
  SELECT _booking_id, 'ORDER_SETTLED', _receipt_id, id, provider, method, outlet_id, franchise_id FROM payment WHERE id = _payment_id;
  INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
  SELECT _booking_id, entry.account::"LedgerAccount", _sign * entry.amount, outlet_id, franchise_id
  FROM payment, (VALUES (_account, _tax + _service + _rounding), ('TAX_PAYABLE', -_tax), ('SERVICE_CHARGES', -_service),
    ('ROUNDING', -_rounding)) AS entry (account, amount)
  WHERE payment.id = _payment_id AND entry.amount <> 0;
END
$$;

-- Issues the credit notes that refunds of an order have not: of one that a single payment paid for, and for nothing else, as all are of which
-- the release before gives back.
CREATE FUNCTION issue_credit_notes(_order_id uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _order record;
  _given record;
  _gone bigint;
  _charges jsonb;
  _id uuid;
BEGIN
  SELECT ordered.number, ordered.total, ordered.bill INTO _order FROM order_copy_with_archive AS ordered
  WHERE ordered.id = _order_id AND ordered.bill IS NOT NULL
    AND EXISTS (SELECT FROM receipt_number WHERE order_id = _order_id AND series = 'RECEIPT');
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR _given IN
    SELECT refund.id, refund.amount, refund.settled_at, refund.payment_id, payment.customer_id, payment.outlet_id, payment.franchise_id
    FROM payment JOIN refund ON refund.payment_id = payment.id
    WHERE payment.order_id = _order_id AND payment.amount = _order.total AND payment.tip = 0 AND payment.excess = 0
      AND NOT payment.is_surplus AND NOT payment.is_deposit AND refund.status = 'SUCCEEDED'
      AND NOT EXISTS (
        SELECT FROM receipt_number AS numbered JOIN receipt_with_archive AS note ON note.id = numbered.receipt_id
        WHERE numbered.order_id = _order_id AND numbered.series = 'CREDIT_NOTE' AND note.refund_id = refund.id)
    ORDER BY refund.settled_at, refund.id
  LOOP
    SELECT coalesce(sum(amount), 0) INTO _gone FROM (
      SELECT amount FROM refund
      WHERE payment_id = _given.payment_id AND status = 'SUCCEEDED' AND (settled_at, id) < (_given.settled_at, _given.id)
      UNION ALL
      SELECT amount FROM dispute WHERE payment_id = _given.payment_id AND status = 'LOST' AND closed_at <= _given.settled_at
    ) AS earlier;
    _charges := charges_between(_order.bill, _order.total, _gone, _gone + _given.amount);
    _id := new_receipt_id();
    INSERT INTO receipt (id, series, order_id, payment_id, refund_id, customer_id, outlet_id, franchise_id, total, content)
    VALUES (_id, 'CREDIT_NOTE', _order_id, _given.payment_id, _given.id, _given.customer_id, _given.outlet_id, _given.franchise_id,
      _given.amount, _charges || jsonb_build_object(
        'linesTotal', _given.amount - (_charges ->> 'serviceCharge')::bigint - (_charges ->> 'rounding')::bigint
          - (SELECT coalesce(sum((tax ->> 'amount')::bigint), 0) FROM jsonb_array_elements(_charges -> 'taxes') AS tax
             WHERE NOT (tax ->> 'isIncluded')::boolean),
        'orderNumber', _order.number, 'outlet', outlet_of_receipt(_given.outlet_id)));
    PERFORM book_charges_apart(_given.payment_id, _id, 'REFUNDS', -1, _charges);
  END LOOP;
END
$$;

-- Gives the receipt of an order the bill that its copy has by now, and what was given back of the order meanwhile its credit notes.
CREATE FUNCTION complete_receipt(_order_id uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _bill jsonb;
  _settled record;
BEGIN
  SELECT bill INTO _bill FROM order_copy_with_archive WHERE id = _order_id;
  SELECT issued.id, issued.payment_id INTO _settled
  FROM receipt_number AS numbered JOIN receipt AS issued ON issued.id = numbered.receipt_id
  WHERE numbered.order_id = _order_id AND numbered.series = 'RECEIPT' AND issued.content ->> 'placedAt' IS NULL;
  IF FOUND AND _bill IS NOT NULL THEN
    UPDATE receipt SET content = content || _bill WHERE id = _settled.id;
    PERFORM book_charges_apart(_settled.payment_id, _settled.id, 'SALES', 1, _bill);
  END IF;
  PERFORM issue_credit_notes(_order_id);
END
$$;

CREATE FUNCTION complete_receipt_of_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM complete_receipt(NEW.id);
  RETURN NULL;
END
$$;

CREATE FUNCTION issue_credit_note_of_booking() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM issue_credit_notes(order_id) FROM payment WHERE id = NEW.payment_id;
  RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION book_charges_apart, issue_credit_notes, complete_receipt, complete_receipt_of_copy, issue_credit_note_of_booking
  FROM PUBLIC;

BEGIN;
CALL partitions.lock_tables(ARRAY['order_copy', 'ledger_transaction']);
CREATE TRIGGER receipt_completed AFTER UPDATE ON order_copy
  FOR EACH ROW WHEN (OLD.bill IS NULL AND NEW.bill IS NOT NULL) EXECUTE FUNCTION complete_receipt_of_copy();
-- After the numbers of the transaction's own receipts, which are written before their bookings.
CREATE CONSTRAINT TRIGGER credit_note_of_refund AFTER INSERT ON ledger_transaction
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reason = 'REFUND') EXECUTE FUNCTION issue_credit_note_of_booking();
COMMIT;

-- What was settled and given back between the migration `receipts` and this one.
SELECT complete_receipt(numbered.order_id) FROM receipt_number AS numbered JOIN receipt ON receipt.id = numbered.receipt_id
WHERE numbered.series = 'RECEIPT' AND receipt.content ->> 'placedAt' IS NULL;
SELECT issue_credit_notes(order_id) FROM (
  SELECT DISTINCT payment.order_id FROM refund JOIN payment ON payment.id = refund.payment_id
  JOIN receipt_number AS numbered ON numbered.order_id = payment.order_id AND numbered.series = 'RECEIPT' WHERE refund.status = 'SUCCEEDED'
) AS given_back;
