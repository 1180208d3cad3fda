-- Copy of what staff of the menu took off by hand.

-- CreateTable
CREATE TABLE "hand_availability_copy" (
    "outlet_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "is_available" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,

    CONSTRAINT "hand_availability_copy_pkey" PRIMARY KEY ("outlet_id","subject_id")
);

CALL protect('hand_availability_copy', '', '');
