-- Drafts of orders to suppliers can be changed: their supplier, note and lines, and those of no other order. Callers delete nothing: a draft's
-- next version has no lines until it is given them.
GRANT UPDATE (supplier_id, total, note) ON purchase_order TO kedai_stock_tenant, kedai_stock_chain;

CREATE FUNCTION clear_draft_purchase_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM purchase_order_line WHERE purchase_order_id = NEW.id;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION clear_draft_purchase_order FROM PUBLIC;
CREATE TRIGGER purchase_order_next_draft AFTER UPDATE OF version ON purchase_order
  FOR EACH ROW WHEN (OLD.status = 'DRAFT' AND NEW.status = 'DRAFT' AND NEW.version > OLD.version)
  EXECUTE FUNCTION clear_draft_purchase_order();

CREATE FUNCTION refuse_change_of_ordered_goods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'purchase order % is no draft', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'purchase_order_draft';
END $$;
CREATE TRIGGER purchase_order_draft BEFORE UPDATE OF supplier_id, total, note ON purchase_order
  FOR EACH ROW WHEN (OLD.status <> 'DRAFT' AND (NEW.supplier_id, NEW.total, NEW.note) IS DISTINCT FROM (OLD.supplier_id, OLD.total, OLD.note))
  EXECUTE FUNCTION refuse_change_of_ordered_goods();

CREATE TRIGGER purchase_order_other_supplier AFTER UPDATE OF supplier_id ON purchase_order
  FOR EACH ROW EXECUTE FUNCTION check_supplier_of_purchase_order();
