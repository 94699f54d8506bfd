ALTER TABLE swap_entry ADD COLUMN weight ep_int;
