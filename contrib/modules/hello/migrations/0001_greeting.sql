CREATE TABLE hello_greeting (
	tenant ep_text NOT NULL,
	name ep_text NOT NULL,
	times ep_int NOT NULL,
	PRIMARY KEY (tenant, name)
);
