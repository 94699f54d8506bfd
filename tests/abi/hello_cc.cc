/* SPDX-License-Identifier: BSD-2-Clause */

/* The sample module in C++17: the header is not for C only. */

#include <entrepot.h>

EP_SQL(count_greeting,
    "INSERT INTO hello_greeting (tenant, name, times)"
    " VALUES ($tenant, $name, 1)"
    " ON CONFLICT (tenant, name)"
    " DO UPDATE SET times = hello_greeting.times + 1 RETURNING times");

EP_SQL(find_greeting,
    "SELECT times FROM hello_greeting"
    " WHERE tenant = $tenant AND name = $name");

static ep_status
hello_greet(struct ep_op *op)
{
	const char *name = ep_param(op, "name");
	int64_t most = ep_config_int(op, "most");
	const ep_rows *rows;
	int64_t times;

	EP_TRY(ep_sql(op, &rows, count_greeting, EP_ARG("name", name)));
	times = ep_row_int(rows, 0, 0);
	if (times > most) /* the count is rolled back with the refusal */
		return ep_fail(op, EP_CONFLICT, "greeted_too_often",
		    EP_ARG("name", name), EP_ARG("times", most));
	return ep_reply(op, 200,
	    EP_ARG("greeting",
		ep_concat(op, ep_config_text(op, "salutation"), ", ", name)),
	    EP_ARG("times", times));
}

static ep_status
hello_show(struct ep_op *op)
{
	const char *name = ep_param(op, "name");
	const ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, find_greeting, EP_ARG("name", name)));
	if (ep_row_count(rows) == 0)
		return ep_fail(op, EP_NOT_FOUND, "never_greeted",
		    EP_ARG("name", name));
	return ep_reply(op, 200, EP_ARG("name", name),
	    EP_ARG("times", ep_row_int(rows, 0, 0)));
}

EP_MODULE(EP_OPERATION("hello.greet", hello_greet),
    EP_OPERATION("hello.show", hello_show));
