CREATE TABLE modname_note (
	tenant ep_text NOT NULL,
	id ep_text NOT NULL,
	text ep_text NOT NULL,
	version ep_int NOT NULL,
	PRIMARY KEY (tenant, id)
);
