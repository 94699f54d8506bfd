/* SPDX-License-Identifier: BSD-2-Clause */

/* A static within an inline function is a unique symbol in C++: glibc never
 * unmaps the file that has it. */

#include <entrepot.h>

struct EP_EXPORT counter {
	static int &value()
	{
		static int n;

		return n;
	}
};

static ep_status
run(struct ep_op *op)
{
	counter::value()++;
	return ep_reply(op, 204);
}

static ep_status
build(struct ep_op *op)
{
	return ep_snapshot_write(op, "x", 1);
}

EP_MODULE(EP_OPERATION("fixture.run", run), EP_BUILD("names", build));
