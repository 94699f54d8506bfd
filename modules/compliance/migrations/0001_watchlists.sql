-- Lists belong to the platform, not to a tenant.  An import is staged beside
-- the active one and becomes active by one change of compliance_list.

CREATE TABLE compliance_import (
	import_id ep_text NOT NULL PRIMARY KEY,
	list ep_text NOT NULL,
	state ep_text NOT NULL CHECK (state IN ('staging', 'active', 'replaced', 'failed')),
	format ep_text NOT NULL,
	version ep_text NOT NULL,
	sha256 ep_text NOT NULL,
	entries ep_int NOT NULL,
	names ep_int NOT NULL,
	note ep_text NOT NULL,
	replaces ep_text,
	imported_by ep_text NOT NULL,
	touched_at ep_time NOT NULL,
	imported_at ep_time,
	has_rows ep_int NOT NULL
);

CREATE INDEX compliance_import_by_list ON compliance_import (list, state);

CREATE TABLE compliance_list (
	list ep_text NOT NULL PRIMARY KEY,
	import_id ep_text NOT NULL REFERENCES compliance_import (import_id)
);

CREATE TABLE compliance_entry (
	import_id ep_text NOT NULL REFERENCES compliance_import (import_id),
	number ep_int NOT NULL,
	entry_id ep_text NOT NULL,
	doc ep_json NOT NULL,
	PRIMARY KEY (import_id, number)
);

CREATE INDEX compliance_entry_by_id ON compliance_entry (import_id, entry_id);
