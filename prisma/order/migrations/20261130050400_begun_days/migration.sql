-- Notes outlets whose day has begun since their sales changed last, as a change of them: by each outlet's calendar, once for each day.
CREATE FUNCTION note_begun_days(_now timestamptz) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO live_change AS known (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'sales', outlet.id, outlet.id, outlet.franchise_id, nextval('live_version'), pg_current_xact_id(), _now
  FROM outlet_copy AS outlet LEFT JOIN live_change AS live ON live.kind = 'sales' AND live.id = outlet.id
  WHERE live.at IS NULL OR live.at < date_trunc('day', _now, outlet.time_zone) ORDER BY outlet.id
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = excluded.at
  WHERE known.at < date_trunc('day', excluded.at, (SELECT time_zone FROM outlet_copy WHERE id = excluded.id))
$$;
REVOKE EXECUTE ON FUNCTION note_begun_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_begun_days TO kedai_order_worker;
