CREATE TABLE probe_item (
	tenant ep_text NOT NULL,
	id ep_text NOT NULL,
	n ep_int NOT NULL,
	note ep_text,
	PRIMARY KEY (tenant, id)
);
