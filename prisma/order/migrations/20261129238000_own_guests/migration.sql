-- A member's export has what staff called them by.
ALTER POLICY tenant ON order_guest USING (customer_id = (SELECT caller_customer_id())
  OR outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
