-- In its place: loyalty_entry_once_a_step.
DROP INDEX loyalty_entry_earned_once;
