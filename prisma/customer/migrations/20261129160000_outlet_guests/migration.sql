-- Staff see the people who have ordered at an outlet of theirs, and of those who work or have acted there the name.

-- CreateTable
CREATE TABLE "outlet_guest" (
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,

    CONSTRAINT "outlet_guest_pkey" PRIMARY KEY ("customer_id","outlet_id")
);

-- AddForeignKey
ALTER TABLE "outlet_guest" ADD CONSTRAINT "outlet_guest_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Earlier orders are known by what their guests were notified of.
INSERT INTO outlet_guest (customer_id, outlet_id, franchise_id)
SELECT DISTINCT notification.customer_id, outlet.id, outlet.franchise_id
FROM notification JOIN outlet ON outlet.id = notification.outlet_id
WHERE notification.kind = 'ORDER_STATUS';

CALL protect('outlet_guest', 'SELECT', 'SELECT', _rows => 'outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])
  OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])');

-- Whether the caller sees what is a person's: the person, head office, and staff of where the person has ordered.
CREATE FUNCTION caller_sees(_customer_id uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN _customer_id = (SELECT caller_customer_id()) OR caller_is_chain() OR EXISTS (
    SELECT FROM outlet_guest WHERE customer_id = _customer_id
      AND (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])
        OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
  );

-- The functions below answer for those who are named: never a list, an e-mail address or a password.
CREATE OR REPLACE FUNCTION guests(_ids uuid[]) RETURNS TABLE (id uuid, name text, phone text)
LANGUAGE sql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT customer.id, customer.name, customer.phone FROM customer WHERE customer.id = ANY (_ids) AND caller_sees(customer.id)
$$;
CREATE OR REPLACE FUNCTION balances_of_guests(_ids uuid[]) RETURNS TABLE (customer_id uuid, points int, lifetime_points int)
LANGUAGE sql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT account.customer_id, account.points, account.lifetime_points
  FROM loyalty_account AS account WHERE account.customer_id = ANY (_ids) AND caller_sees(account.customer_id)
$$;
DROP FUNCTION points_of_orders(uuid[]), rewards_of_redemptions(uuid[]);
CREATE FUNCTION points_of_orders(_order_ids uuid[]) RETURNS TABLE (order_id uuid, points int, customer_id uuid)
LANGUAGE sql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT entry.order_id, sum(entry.lifetime_points)::int, entry.customer_id
  FROM loyalty_entry AS entry WHERE entry.order_id = ANY (_order_ids) AND caller_sees(entry.customer_id)
  GROUP BY entry.order_id, entry.customer_id
$$;
CREATE FUNCTION rewards_of_redemptions(_ids uuid[]) RETURNS TABLE (id uuid, name text, customer_id uuid)
LANGUAGE sql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT redemption.id, redemption.name, redemption.customer_id
  FROM redemption WHERE redemption.id = ANY (_ids) AND redemption.status <> 'RETURNED' AND caller_sees(redemption.customer_id)
$$;
DROP FUNCTION caller_is_staff();

-- Who holds a role at the caller's tenants, or made a change there.
CREATE FUNCTION colleagues(_ids uuid[]) RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE ROWS 10 SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT customer.id, customer.name FROM customer WHERE customer.id = ANY (_ids) AND (
    EXISTS (
      SELECT FROM role_grant AS held WHERE held.customer_id = customer.id
        AND (held.outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])
          OR held.franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
    ) OR EXISTS (
      SELECT FROM audit_entry AS entry WHERE entry.actor_id = customer.id
        AND (entry.outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])
          OR entry.franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))
    )
  )
$$;
REVOKE ALL ON FUNCTION points_of_orders(uuid[]), rewards_of_redemptions(uuid[]), colleagues(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION points_of_orders(uuid[]), rewards_of_redemptions(uuid[]) TO kedai_customer_tenant, kedai_customer_chain;
GRANT EXECUTE ON FUNCTION colleagues(uuid[]) TO kedai_customer_tenant;
