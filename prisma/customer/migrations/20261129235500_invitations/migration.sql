-- Staff are invited: managers invite baristas to their outlets, owners also managers to those of their franchise, head office everybody.
-- Who invites to a role and place revokes it there, too.

CREATE FUNCTION caller_hires(_role text, _outlet_id uuid, _franchise_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (_role IN ('BARISTA', 'MANAGER') AND _franchise_id = ANY (caller_franchise_ids())
      OR _role = 'BARISTA' AND EXISTS (
        SELECT FROM role_grant AS held
        WHERE held.customer_id = caller_customer_id() AND held.role = 'MANAGER' AND held.outlet_id = _outlet_id))
    AND EXISTS (SELECT FROM outlet WHERE outlet.id = _outlet_id AND outlet.franchise_id = _franchise_id)
$$;
REVOKE ALL ON FUNCTION caller_hires(text, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caller_hires(text, uuid, uuid) TO kedai_customer_tenant, kedai_customer_chain;

-- A manager revokes what a manager invites to.
DROP POLICY revoking ON role_grant;
CREATE POLICY revoking ON role_grant AS RESTRICTIVE FOR DELETE TO kedai_customer_tenant
  USING (caller_hires(role, outlet_id, franchise_id));

-- Of links, invitations alone, and no token can be made of them: its key is in no database.
GRANT SELECT (id, purpose, email, role, outlet_id, franchise_id, invited_by, created_at, expires_at, used_at, revoked_at),
  INSERT (id, purpose, email, role, outlet_id, franchise_id, invited_by, created_at, expires_at),
  UPDATE (revoked_at) ON account_link TO kedai_customer_tenant, kedai_customer_chain;
CREATE POLICY chain ON account_link TO kedai_customer_chain USING (purpose = 'invitation') WITH CHECK (purpose = 'invitation');
CREATE POLICY tenant ON account_link TO kedai_customer_tenant
  USING (purpose = 'invitation' AND (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
    AND caller_hires(role, outlet_id, franchise_id))
  WITH CHECK (purpose = 'invitation' AND (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
    AND caller_hires(role, outlet_id, franchise_id));
CREATE POLICY inviting ON account_link AS RESTRICTIVE FOR INSERT TO kedai_customer_tenant, kedai_customer_chain
  WITH CHECK (invited_by = (SELECT caller_customer_id()));
