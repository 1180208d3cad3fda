-- The close of an outlet's day (Z report): its figures as they stood, frozen, numbered by outlet without gaps. What comes afterwards for a
-- day that is closed stands in the next close, as the difference to what was reported of it: the sum of all closes is the books.

-- Copied from `sales` of events of orders: figures that only grow by what each event says, once.
-- CreateTable
CREATE TABLE "sales_day_copy" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "discounts" BIGINT NOT NULL,
    "revenue" BIGINT NOT NULL,

    CONSTRAINT "sales_day_copy_pkey" PRIMARY KEY ("outlet_id", "day")
);

-- CreateTable
CREATE TABLE "outlet_series" (
    "outlet_id" UUID NOT NULL,
    "series" TEXT NOT NULL,
    "franchise_id" UUID NOT NULL,
    "last_number" INTEGER NOT NULL,

    CONSTRAINT "outlet_series_pkey" PRIMARY KEY ("outlet_id", "series")
);

-- CreateTable
CREATE TABLE "daily_close" (
    "id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "number" INTEGER NOT NULL,
    "cash_outside_tills" BIGINT NOT NULL,
    "made_by" UUID,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "daily_close_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "daily_close_outlet_id_day_key" ON "daily_close"("outlet_id", "day");
CREATE UNIQUE INDEX "daily_close_outlet_id_number_key" ON "daily_close"("outlet_id", "number");

-- CreateTable
CREATE TABLE "daily_close_day" (
    "close_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "discounts" BIGINT NOT NULL,
    "revenue" BIGINT NOT NULL,
    "tips" BIGINT NOT NULL,
    "fees" BIGINT NOT NULL,
    "owed" BIGINT NOT NULL,

    CONSTRAINT "daily_close_day_pkey" PRIMARY KEY ("close_id", "day")
);
CREATE INDEX "daily_close_day_outlet_id_day_idx" ON "daily_close_day"("outlet_id", "day");

-- CreateTable
CREATE TABLE "daily_close_method" (
    "close_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "method" "PaymentMethod" NOT NULL,
    "provider" "PaymentProvider" NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "captured" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,
    "disputed" BIGINT NOT NULL,

    CONSTRAINT "daily_close_method_pkey" PRIMARY KEY ("close_id", "day", "method", "provider")
);
CREATE INDEX "daily_close_method_outlet_id_day_idx" ON "daily_close_method"("outlet_id", "day");

-- A till is in one close.
-- CreateTable
CREATE TABLE "daily_close_till" (
    "till_id" UUID NOT NULL,
    "close_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,

    CONSTRAINT "daily_close_till_pkey" PRIMARY KEY ("till_id")
);
CREATE INDEX "daily_close_till_close_id_idx" ON "daily_close_till"("close_id");

-- The close itself is written last, with the number, whose row is locked as shortly as can be.
ALTER TABLE "daily_close_day" ADD CONSTRAINT "daily_close_day_close_id_fkey" FOREIGN KEY ("close_id") REFERENCES "daily_close"("id")
  ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "daily_close_method" ADD CONSTRAINT "daily_close_method_close_id_fkey" FOREIGN KEY ("close_id") REFERENCES "daily_close"("id")
  ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "daily_close_till" ADD CONSTRAINT "daily_close_till_close_id_fkey" FOREIGN KEY ("close_id") REFERENCES "daily_close"("id")
  ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "daily_close_till" ADD CONSTRAINT "daily_close_till_till_id_fkey" FOREIGN KEY ("till_id") REFERENCES "till"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION refuse_change_of_daily_close() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT FROM daily_close WHERE id = NEW.close_id) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a daily close never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'daily_close_is_frozen';
END $$;
CREATE TRIGGER daily_close_is_frozen BEFORE UPDATE OR DELETE ON daily_close FOR EACH ROW EXECUTE FUNCTION refuse_change_of_daily_close();
CREATE TRIGGER daily_close_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON daily_close_day FOR EACH ROW EXECUTE FUNCTION refuse_change_of_daily_close();
CREATE TRIGGER daily_close_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON daily_close_method FOR EACH ROW EXECUTE FUNCTION refuse_change_of_daily_close();
CREATE TRIGGER daily_close_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON daily_close_till FOR EACH ROW EXECUTE FUNCTION refuse_change_of_daily_close();

-- The next number of a series of an outlet: without gaps, since a transaction that fails takes it back. Called last in its transaction, by
-- triggers alone.
CREATE FUNCTION next_number(_outlet_id uuid, _franchise_id uuid, _series text) RETURNS integer LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO outlet_series AS known (outlet_id, franchise_id, series, last_number) VALUES (_outlet_id, _franchise_id, _series, 1)
  ON CONFLICT (outlet_id, series) DO UPDATE SET last_number = known.last_number + 1
  RETURNING last_number
$$;
REVOKE EXECUTE ON FUNCTION next_number FROM PUBLIC;
CREATE FUNCTION number_daily_close() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.number := next_number(NEW.outlet_id, NEW.franchise_id, 'Z');
  RETURN NEW;
END $$;
CREATE TRIGGER daily_close_numbered BEFORE INSERT ON daily_close FOR EACH ROW EXECUTE FUNCTION number_daily_close();

-- Consumers write it.
CALL protect('sales_day_copy', 'SELECT', 'SELECT');
CALL protect('outlet_series', '', '');
CALL protect('daily_close', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('daily_close_day', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('daily_close_method', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('daily_close_till', 'SELECT, INSERT', 'SELECT, INSERT');
REVOKE UPDATE, DELETE ON daily_close, daily_close_day, daily_close_method, daily_close_till FROM kedai_payment_worker;
REVOKE INSERT, UPDATE, DELETE ON outlet_series FROM kedai_payment_worker;
