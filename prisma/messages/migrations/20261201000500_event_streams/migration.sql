-- CreateTable
CREATE TABLE "stream_event" (
    "stream" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "refused_because" TEXT,

    CONSTRAINT "stream_event_pkey" PRIMARY KEY ("stream","event_id")
);

-- CreateTable
CREATE TABLE "stream_lease" (
    "stream" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "held_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_lease_pkey" PRIMARY KEY ("stream")
);

-- CreateIndex
CREATE INDEX "stream_event_received_at_idx" ON "stream_event"("received_at");

-- What is to be published next; and what is published with it, because it is of the same thing and earlier.
CREATE INDEX stream_event_due ON stream_event (stream, received_at, event_id) WHERE refused_because IS NULL;
CREATE INDEX stream_event_in_turn ON stream_event (stream, aggregate_id, aggregate_version, event_id) WHERE refused_because IS NULL;

-- Nobody reads them but who publishes: the events are the whole chain's.
CALL protect('stream_event', '', '');
CALL protect('stream_lease', '', '');
