-- Schedules mail what is on hand, too.
-- AlterEnum
ALTER TYPE "ScheduleAction" ADD VALUE 'STOCK_REPORT';
