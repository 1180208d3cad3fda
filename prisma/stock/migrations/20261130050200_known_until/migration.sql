-- Until this moment all that is dated by its transaction is committed, so that a report as of then answers the same for good: no transaction that
-- began before and may write is under way. A reader asks before its statement takes its snapshot, so in a statement of its own. Whole milliseconds,
-- as in answers. Only the owner sees what other sessions do.
CREATE FUNCTION known_until() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _now timestamptz := clock_timestamp();
  _oldest timestamptz;
BEGIN
  SELECT min(xact_start) INTO _oldest FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND (backend_xid IS NOT NULL OR xact_start > _now - interval '10 seconds');
  RETURN date_trunc('milliseconds', least(_now, _oldest)) - interval '1 millisecond';
END
$$;
REVOKE EXECUTE ON FUNCTION known_until FROM PUBLIC;
GRANT EXECUTE ON FUNCTION known_until TO kedai_stock_tenant, kedai_stock_chain, kedai_stock_worker;
