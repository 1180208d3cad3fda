-- Where in an outlet's kitchen an item is made; an item without a row is made at none in particular.
CREATE TABLE "kitchen_station" (
    "outlet_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "station" TEXT NOT NULL,

    CONSTRAINT "kitchen_station_pkey" PRIMARY KEY ("outlet_id", "menu_item_id")
);
CALL protect('kitchen_station', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY of_its_outlet ON kitchen_station AS RESTRICTIVE TO kedai_order_tenant, kedai_order_chain
USING (true) WITH CHECK (EXISTS (
  SELECT FROM outlet_copy WHERE outlet_copy.id = kitchen_station.outlet_id AND outlet_copy.franchise_id = kitchen_station.franchise_id
));
