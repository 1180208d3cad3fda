-- What was asked for by the hour, when items were sold out, and the forecasts made of both each night (docs/forecast.md).

-- CreateTable
CREATE TABLE "sold_out_change" (
    "outlet_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "franchise_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "is_sold_out" BOOLEAN NOT NULL,

    CONSTRAINT "sold_out_change_pkey" PRIMARY KEY ("outlet_id","menu_item_id","source","version")
);

-- CreateTable
CREATE TABLE "demand_day" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "units" INTEGER[],
    "sold_out_minutes" INTEGER[],

    CONSTRAINT "demand_day_pkey" PRIMARY KEY ("outlet_id","day","menu_item_id")
);

-- CreateTable
CREATE TABLE "demand_state" (
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "counted_until" DATE NOT NULL,
    "forecast_from" DATE,

    CONSTRAINT "demand_state_pkey" PRIMARY KEY ("outlet_id")
);

-- CreateTable
CREATE TABLE "sales_forecast" (
    "outlet_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "from_day" DATE NOT NULL,
    "model" TEXT NOT NULL,
    "expected" DOUBLE PRECISION[],
    "lower" DOUBLE PRECISION[],
    "upper" DOUBLE PRECISION[],
    "accuracy" JSONB,
    "hour_shares" DOUBLE PRECISION[],
    "hour_below" DOUBLE PRECISION NOT NULL,
    "hour_above" DOUBLE PRECISION NOT NULL,
    "hour_accuracy" JSONB,

    CONSTRAINT "sales_forecast_pkey" PRIMARY KEY ("outlet_id","menu_item_id")
);

CALL protect('sold_out_change', 'SELECT', 'SELECT');
CALL protect('demand_day', 'SELECT', 'SELECT');
CALL protect('demand_state', 'SELECT', 'SELECT');
CALL protect('sales_forecast', 'SELECT', 'SELECT');
