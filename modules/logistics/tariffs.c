/* SPDX-License-Identifier: BSD-2-Clause */

/* Rate sheets: read, kept by name, listed. */

#include "local.h"
#include "sheet.h"

#include <openssl/sha.h>
#include <string.h>

#define PAGE 100

const char *
sha256_text(struct ep_op *op, const void *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char *out = ep_alloc(op, 2 * sizeof hash + 1);

	(void)SHA256(bytes, length, hash);
	for (size_t i = 0; i < sizeof hash; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	return out;
}

static struct ep_node *
errors_node(struct ep_op *op, const struct sheet *s)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < s->n_errors; i++)
		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("line", (int64_t)s->errors[i].line),
			EP_ARG("column", s->errors[i].column),
			EP_ARG("code", s->errors[i].code)));
	return list;
}

/* Of each service once; equal ones need not be neighbours. */
static struct ep_node *
services_node(struct ep_op *op, const struct sheet *s)
{
	struct ep_node *list = ep_array(op), *seen = ep_object(op);

	for (size_t i = 0; i < s->n_rows; i++) {
		const char *service = s->rows[i].service;

		if (ep_node_get(seen, service) != NULL)
			continue;
		(void)ep_set(op, seen, ep_named(service, ep_bool(true)));
		(void)ep_append(op, list, service);
	}
	return list;
}

static const char *
read_input(struct ep_op *op, struct sheet *out, size_t *length_out)
{
	const struct memory memory = operation_memory(op);
	uint32_t length = 0;
	const char *csv = ep_node_text(ep_node_get(ep_input(op), "csv"),
	    &length);

	sheet_read(csv, length, &memory, out);
	*length_out = length;
	return csv;
}

ep_status
logistics_rate_sheet(struct ep_op *op)
{
	struct sheet s;
	size_t length;
	const char *csv = read_input(op, &s, &length);

	return ep_reply(op, 200, EP_ARG("rows", (int64_t)s.n_rows),
	    EP_ARG("services", services_node(op, &s)),
	    EP_ARG("errors", errors_node(op, &s)),
	    EP_ARG("more_errors", s.is_cut),
	    EP_ARG("sha256", sha256_text(op, csv, length)));
}

/* ----------------------------------------------------------------- keeping */

EP_SQL(put_tariff,
    "INSERT INTO logistics_tariff (tenant, name, sha256, n_rows, sheet,"
    " imported_at, imported_by)"
    " VALUES ($tenant, $name, $sha256, $rows, $sheet, $now, $who)"
    " ON CONFLICT (tenant, name) DO UPDATE SET sha256 = excluded.sha256,"
    " n_rows = excluded.n_rows, sheet = excluded.sheet,"
    " imported_at = excluded.imported_at,"
    " imported_by = excluded.imported_by");
EP_SQL(find_tariff,
    "SELECT name, sha256, n_rows, imported_at, imported_by, sheet"
    " FROM logistics_tariff WHERE tenant = $tenant AND name = $name");
EP_SQL(page_tariffs,
    "SELECT name, sha256, n_rows, imported_at, imported_by"
    " FROM logistics_tariff WHERE tenant = $tenant AND name > $cursor"
    " ORDER BY name LIMIT $rows");
EP_SQL(drop_tariff,
    "DELETE FROM logistics_tariff WHERE tenant = $tenant AND name = $name"
    " RETURNING name");

static struct ep_node *
tariff_node(struct ep_op *op, const struct ep_rows *rows, uint32_t i)
{
	return ep_object(op, EP_ARG("name", ep_row_text(rows, i, 0)),
	    EP_ARG("sha256", ep_row_text(rows, i, 1)),
	    EP_ARG("rows", ep_row_int(rows, i, 2)),
	    EP_ARG("imported_at", ep_row_int(rows, i, 3)),
	    EP_ARG("imported_by", ep_row_text(rows, i, 4)));
}

static ep_status
no_tariff(struct ep_op *op, const char *name)
{
	return ep_fail(op, EP_NOT_FOUND, "no_tariff", EP_ARG("name", name));
}

ep_status
tariff_load(struct ep_op *op, const char *name, const char **csv_out,
    uint32_t *length_out)
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, find_tariff, EP_ARG("name", name)));
	if (ep_row_count(rows) == 0)
		return no_tariff(op, name);
	*csv_out = ep_row_bytes(rows, 0, 5, length_out);
	return EP_OK;
}

ep_status
logistics_tariff_put(struct ep_op *op)
{
	const char *name = ep_in_text(op, "name"), *sha256;
	struct sheet s;
	size_t length;
	const char *csv = read_input(op, &s, &length);
	const struct ep_rows *rows;

	if (s.n_errors > 0 || s.n_rows == 0)
		return ep_fail(op, EP_REFUSED, "bad_sheet",
		    EP_ARG("sheet_errors", errors_node(op, &s)));
	sha256 = sha256_text(op, csv, length);
	EP_TRY(ep_sql(op, &rows, put_tariff, EP_ARG("name", name),
	    EP_ARG("sha256", sha256), EP_ARG("rows", (int64_t)s.n_rows),
	    EP_ARG("sheet", csv), EP_ARG("now", ep_now(op)),
	    EP_ARG("who", ep_principal(op))));
	EP_TRY(ep_audit(op, "tariff", name, NULL,
	    ep_object(op, EP_ARG("sha256", sha256))));
	EP_TRY(ep_sql(op, &rows, find_tariff, EP_ARG("name", name)));
	return ep_reply_node(op, 200, tariff_node(op, rows, 0));
}

ep_status
logistics_tariff_show(struct ep_op *op)
{
	const char *name = ep_in_text(op, "name");
	const struct ep_rows *rows;
	struct ep_node *answer;

	EP_TRY(ep_sql(op, &rows, find_tariff, EP_ARG("name", name)));
	if (ep_row_count(rows) == 0)
		return no_tariff(op, name);
	answer = tariff_node(op, rows, 0);
	EP_TRY(ep_set(op, answer, EP_ARG("csv", ep_row_text(rows, 0, 5))));
	return ep_reply_node(op, 200, answer);
}

ep_status
logistics_tariff_list(struct ep_op *op)
{
	const char *cursor = ep_in_text(op, "cursor");
	int64_t limit = ep_in_int(op, "limit", PAGE);
	struct ep_node *list = ep_array(op);
	const struct ep_rows *rows;
	uint32_t n;

	EP_TRY(ep_sql(op, &rows, page_tariffs,
	    EP_ARG("cursor", cursor != NULL ? cursor : ""),
	    EP_ARG("rows", limit + 1)));
	n = ep_row_count(rows);
	for (uint32_t i = 0; i < n && i < limit; i++)
		EP_TRY(ep_append(op, list, tariff_node(op, rows, i)));
	return ep_reply(op, 200, EP_ARG("tariffs", list),
	    EP_ARG("next",
		n > limit ? ep_text(ep_row_text(rows, (uint32_t)limit - 1, 0))
			  : ep_null()));
}

ep_status
logistics_tariff_remove(struct ep_op *op)
{
	const char *name = ep_in_text(op, "name");
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, drop_tariff, EP_ARG("name", name)));
	if (ep_row_count(rows) == 0)
		return no_tariff(op, name);
	EP_TRY(ep_audit(op, "tariff", name, NULL, NULL));
	return ep_reply(op, 204);
}
