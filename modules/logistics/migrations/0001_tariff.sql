-- Rate sheets as they came; their rows are read anew for each plan.

CREATE TABLE logistics_tariff (
	tenant ep_text NOT NULL,
	name ep_text NOT NULL,
	sha256 ep_text NOT NULL,
	n_rows ep_int NOT NULL,
	sheet ep_text NOT NULL,
	imported_at ep_time NOT NULL,
	imported_by ep_text NOT NULL,
	PRIMARY KEY (tenant, name)
);
