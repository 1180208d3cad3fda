-- What every callback looks for, planned once for each connection.

CREATE FUNCTION payment_by_id(_id uuid) RETURNS SETOF payment LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM payment WHERE id = _id;
END
$$;

CREATE FUNCTION pending_refund_ids(_payment_id uuid) RETURNS uuid[] LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN ARRAY(SELECT id FROM refund WHERE payment_id = _payment_id AND status = 'PENDING');
END
$$;
