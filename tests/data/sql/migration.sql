CREATE TABLE shop_order (tenant ep_text NOT NULL, id ep_text NOT NULL, state ep_text NOT NULL, amount ep_int NOT NULL, currency ep_text NOT NULL, customer ep_text, at ep_time, PRIMARY KEY (tenant, id));
CREATE INDEX shop_order_customer ON shop_order (tenant, customer, id);
CREATE TABLE shop_line (tenant ep_text NOT NULL, order_id ep_text NOT NULL, n ep_int NOT NULL, sku ep_text NOT NULL, quantity ep_int NOT NULL, detail ep_json, PRIMARY KEY (tenant, order_id, n), FOREIGN KEY (tenant, order_id) REFERENCES shop_order (tenant, id));
CREATE TABLE shop_counter (tenant ep_text NOT NULL, name ep_text NOT NULL, n ep_int NOT NULL, PRIMARY KEY (tenant, name));
CREATE TABLE shop_rate (currency ep_text NOT NULL, day ep_int NOT NULL, rate ep_int NOT NULL, PRIMARY KEY (currency, day));
CREATE VIEW shop_open AS SELECT tenant, id, amount FROM shop_order WHERE state = 'open';
