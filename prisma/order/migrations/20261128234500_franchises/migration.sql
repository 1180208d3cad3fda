-- CreateTable
CREATE TABLE "franchise_copy" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "franchise_copy_pkey" PRIMARY KEY ("id")
);

-- Those whose events were published before this table was there.
INSERT INTO franchise_copy (id, version) SELECT DISTINCT franchise_id, 0 FROM outlet_copy;
