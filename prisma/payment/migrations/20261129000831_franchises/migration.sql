-- CreateTable
CREATE TABLE "franchise_copy" (
    "id" UUID NOT NULL,

    CONSTRAINT "franchise_copy_pkey" PRIMARY KEY ("id")
);

-- Those whose events were published before this table existed.
INSERT INTO franchise_copy (id) SELECT DISTINCT franchise_id FROM outlet_copy;
