-- Days of the calendar of forecasts that head office has set, in place of what the calendar says of them.

-- CreateTable
CREATE TABLE "calendar_day" (
    "day" DATE NOT NULL,
    "kind" TEXT,

    CONSTRAINT "calendar_day_pkey" PRIMARY KEY ("day")
);

CALL protect('calendar_day', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', _is_public => true);
