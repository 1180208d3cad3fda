-- A further kind of notification: goods that expire soon. The new check is the old one and more, so that no row needs to be looked at.
ALTER TABLE notification DROP CONSTRAINT notification_kind;
ALTER TABLE notification ADD CONSTRAINT notification_kind
  CHECK (kind IN ('ORDER_STATUS', 'ORDER_AT_RISK', 'LOW_STOCK', 'EXPIRING_STOCK', 'PAYMENT', 'LOYALTY')) NOT VALID;
ALTER TABLE notification VALIDATE CONSTRAINT notification_kind;
