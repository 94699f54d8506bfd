/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One module in many shapes: without a HAVE_ word it is good, with one it
 * breaks the rule of that name.  build.sh makes them all.
 */

#include <entrepot.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

EP_SQL(ask, "SELECT 1");

volatile int fixture_counter;

#ifdef HAVE_CONSTRUCTOR
__attribute__((constructor)) static void
before(void)
{
	fixture_counter++;
}
#endif

#ifdef HAVE_EXPORT
EP_EXPORT int fixture_extra(void);

int
fixture_extra(void)
{
	return fixture_counter;
}
#endif

#ifdef HAVE_STATIC_TLS
static __thread volatile int tls __attribute__((tls_model("initial-exec")));
#endif

#ifdef HAVE_TLS
static __thread volatile int tls;
#endif

#ifdef HAVE_IFUNC
static int
plain(void)
{
	return 1;
}

static void *
choose(void)
{
	return (void *)plain;
}

EP_HIDDEN int chosen(void) __attribute__((ifunc("choose")));
#endif

#ifdef HAVE_UNDEFINED
int defined_nowhere(void);
#endif

static ep_status
run(struct ep_op *op)
{
	const struct ep_rows *rows;

	fixture_counter++;
#ifdef HAVE_FORK
	fixture_counter += fork() > 0;
#endif
#ifdef HAVE_EXIT
	if (fixture_counter > 10)
		exit(1);
#endif
#if defined(HAVE_STATIC_TLS) || defined(HAVE_TLS)
	tls++;
#endif
#ifdef HAVE_IFUNC
	fixture_counter += chosen();
#endif
#ifdef HAVE_UNDEFINED
	fixture_counter += defined_nowhere();
#endif
	EP_TRY(ep_sql(op, &rows, ask));
	return ep_reply(op, 204);
}

static ep_status
build(struct ep_op *op)
{
	return ep_snapshot_write(op, "x", 1);
}

#if defined(HAVE_UNDECLARED)
EP_MODULE(EP_OPERATION("fixture.run", run), EP_OPERATION("fixture.more", run),
    EP_BUILD("names", build));
#elif defined(HAVE_TWICE)
EP_MODULE(EP_OPERATION("fixture.run", run), EP_OPERATION("fixture.run", run),
    EP_BUILD("names", build));
#elif defined(HAVE_UNBOUND)
EP_MODULE(EP_BUILD("names", build));
#elif defined(HAVE_NO_BUILD)
EP_MODULE(EP_OPERATION("fixture.run", run), EP_HEALTH(build));
#elif defined(HAVE_NULL)
EP_MODULE(EP_OPERATION("fixture.run", NULL), EP_BUILD("names", build));
#elif defined(HAVE_FOREIGN)
EP_MODULE(EP_OPERATION("fixture.run", (ep_handler *)(void *)abort),
    EP_BUILD("names", build), EP_START(run));
#else
EP_MODULE(EP_OPERATION("fixture.run", run), EP_BUILD("names", build),
    EP_STOP(run), EP_STATE(int[16]));
#endif
