CREATE TABLE swap_entry (
	tenant ep_text NOT NULL,
	n ep_int NOT NULL,
	version ep_text NOT NULL,
	PRIMARY KEY (tenant, n)
);
