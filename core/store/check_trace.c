/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check_twin.h"

#include <stdlib.h>
#include <string.h>

#define INSTRUCTIONS 4000
#define DEEP 64

/* Which registers an instruction may write, and whether control may go on
 * elsewhere than behind it.  Taken from the descriptions of opcodes,
 * sqlite.org/opcode.html; what is not here refuses the statement. */
enum writes {
	W_NONE,
	W_P1,
	W_P2,
	W_P3,
	W_P2_TO_P3,
	W_COPY,
	W_MOVE
};

#define JUMPS 1  /* may go to p2 */
#define LEAVES 2 /* never goes on behind, or other code runs in between */
#define JUMPS3 4 /* may go to p1, p2 or p3 */

struct opcode {
	const char *name;
	enum writes writes;
	int flags;
};

static const struct opcode opcodes[] = {
	{ "Add", W_P3, 0 },
	{ "AddImm", W_P1, 0 },
	{ "Affinity", W_NONE, 0 },
	{ "AggFinal", W_P1, 0 },
	{ "AggInverse", W_P3, 0 },
	{ "AggStep", W_P3, 0 },
	{ "AggValue", W_P3, 0 },
	{ "And", W_P3, 0 },
	{ "BeginSubrtn", W_P2, 0 },
	{ "Blob", W_P2, 0 },
	{ "Cast", W_P1, 0 },
	{ "Close", W_NONE, 0 },
	{ "CollSeq", W_P1, 0 },
	{ "Column", W_P3, 0 },
	{ "Compare", W_NONE, 0 },
	{ "Concat", W_P3, 0 },
	{ "Copy", W_COPY, 0 },
	{ "Count", W_P2, 0 },
	{ "DecrJumpZero", W_P1, JUMPS },
	{ "DeferredSeek", W_NONE, 0 },
	{ "Delete", W_NONE, 0 },
	{ "Divide", W_P3, 0 },
	{ "ElseEq", W_NONE, JUMPS },
	{ "EndCoroutine", W_P1, LEAVES },
	{ "Eq", W_NONE, JUMPS },
	{ "Explain", W_NONE, 0 },
	{ "Filter", W_NONE, JUMPS },
	{ "FilterAdd", W_NONE, 0 },
	{ "FinishSeek", W_NONE, 0 },
	{ "FkCheck", W_NONE, 0 },
	{ "Found", W_NONE, JUMPS },
	{ "Function", W_P3, 0 },
	{ "Ge", W_NONE, JUMPS },
	{ "Gosub", W_P1, JUMPS | LEAVES },
	{ "Goto", W_NONE, JUMPS | LEAVES },
	{ "Gt", W_NONE, JUMPS },
	{ "Halt", W_NONE, LEAVES },
	{ "HaltIfNull", W_NONE, 0 },
	{ "IdxDelete", W_NONE, 0 },
	{ "IdxGE", W_NONE, JUMPS },
	{ "IdxGT", W_NONE, JUMPS },
	{ "IdxInsert", W_NONE, 0 },
	{ "IdxLE", W_NONE, JUMPS },
	{ "IdxLT", W_NONE, JUMPS },
	{ "IdxRowid", W_P2, 0 },
	{ "If", W_NONE, JUMPS },
	{ "IfNot", W_NONE, JUMPS },
	{ "IfNotZero", W_P1, JUMPS },
	{ "IfNullRow", W_P3, JUMPS },
	{ "IfPos", W_P1, JUMPS },
	{ "Init", W_NONE, JUMPS | LEAVES },
	{ "InitCoroutine", W_P1, JUMPS | LEAVES },
	{ "Insert", W_NONE, 0 },
	{ "Int64", W_P2, 0 },
	{ "IntCopy", W_P2, 0 },
	{ "Integer", W_P2, 0 },
	{ "IsNull", W_NONE, JUMPS },
	{ "IsTrue", W_P2, 0 },
	{ "Jump", W_NONE, JUMPS3 | LEAVES },
	{ "Last", W_NONE, JUMPS },
	{ "Le", W_NONE, JUMPS },
	{ "Lt", W_NONE, JUMPS },
	{ "MakeRecord", W_P3, 0 },
	{ "Move", W_MOVE, 0 },
	{ "Multiply", W_P3, 0 },
	{ "MustBeInt", W_P1, JUMPS },
	{ "Ne", W_NONE, JUMPS },
	{ "NewRowid", W_P2, 0 },
	{ "Next", W_NONE, JUMPS },
	{ "NoConflict", W_NONE, JUMPS },
	{ "Noop", W_NONE, 0 },
	{ "Not", W_P2, 0 },
	{ "NotExists", W_NONE, JUMPS },
	{ "NotFound", W_NONE, JUMPS },
	{ "NotNull", W_NONE, JUMPS },
	{ "Null", W_P2_TO_P3, 0 },
	{ "NullRow", W_NONE, 0 },
	{ "OffsetLimit", W_P2, 0 },
	{ "Once", W_NONE, JUMPS },
	{ "OpenAutoindex", W_NONE, 0 },
	{ "OpenDup", W_NONE, 0 },
	{ "OpenEphemeral", W_NONE, 0 },
	{ "OpenPseudo", W_NONE, 0 },
	{ "OpenRead", W_NONE, 0 },
	{ "OpenWrite", W_NONE, 0 },
	{ "Or", W_P3, 0 },
	{ "Permutation", W_NONE, 0 },
	{ "Prev", W_NONE, JUMPS },
	{ "PureFunc", W_P3, 0 },
	{ "Real", W_P2, 0 },
	{ "RealAffinity", W_P1, 0 },
	{ "ReleaseReg", W_NONE, 0 },
	{ "Remainder", W_P3, 0 },
	{ "ReopenIdx", W_NONE, 0 },
	{ "ResetSorter", W_NONE, 0 },
	{ "ResultRow", W_NONE, 0 },
	{ "Return", W_NONE, LEAVES },
	{ "Rewind", W_NONE, JUMPS },
	{ "RowData", W_P2, 0 },
	{ "RowSetAdd", W_P1, 0 },
	{ "RowSetRead", W_P3, JUMPS },
	{ "RowSetTest", W_P1, JUMPS },
	{ "Rowid", W_P2, 0 },
	{ "SCopy", W_P2, 0 },
	{ "SeekEnd", W_NONE, 0 },
	{ "SeekGE", W_NONE, JUMPS },
	{ "SeekGT", W_NONE, JUMPS },
	{ "SeekLE", W_NONE, JUMPS },
	{ "SeekLT", W_NONE, JUMPS },
	{ "SeekRowid", W_NONE, JUMPS },
	{ "SeekScan", W_NONE, JUMPS },
	{ "Sequence", W_P2, 0 },
	{ "SequenceTest", W_NONE, JUMPS },
	{ "Sort", W_NONE, JUMPS },
	{ "SorterData", W_P2, 0 },
	{ "SorterInsert", W_NONE, 0 },
	{ "SorterNext", W_NONE, JUMPS },
	{ "SorterOpen", W_NONE, 0 },
	{ "SorterSort", W_NONE, JUMPS },
	{ "String8", W_P2, 0 },
	{ "String", W_P2, 0 },
	{ "Subtract", W_P3, 0 },
	{ "TableLock", W_NONE, 0 },
	{ "Transaction", W_NONE, 0 },
	{ "TypeCheck", W_NONE, 0 },
	{ "VBegin", W_NONE, 0 },
	{ "VColumn", W_P3, 0 },
	{ "VFilter", W_NONE, JUMPS },
	{ "VNext", W_NONE, JUMPS },
	{ "VOpen", W_NONE, 0 },
	{ "VUpdate", W_NONE, 0 },
	{ "Variable", W_P2, 0 },
	{ "Yield", W_P1, JUMPS | LEAVES },
	{ "ZeroOrNull", W_P2, 0 },
};

struct instruction {
	const struct opcode *op;
	int p1, p2, p3;
};

struct program {
	struct instruction *code;
	bool *is_target; /* something may jump here */
	int n, tenant;   /* length; number of the parameter $tenant */
	/* Registers, each with a place, that must prove to hold $tenant;
	 * those before done have been looked at. */
	int question[DEEP][2];
	int asked, done;
	bool null_is_good; /* in a search: NULL equals nothing */
};

static bool
is(const struct instruction *i, const char *name)
{
	return strcmp(i->op->name, name) == 0;
}

static bool
may_write(const struct instruction *i, int r)
{
	switch (i->op->writes) {
	case W_P1:
		return i->p1 == r;
	case W_P2:
		return i->p2 == r;
	case W_P3:
		return i->p3 == r;
	case W_P2_TO_P3:
		return r >= i->p2 && r <= (i->p3 > i->p2 ? i->p3 : i->p2);
	case W_COPY:
		return r >= i->p2 && r <= i->p2 + i->p3;
	case W_MOVE:
		return (r >= i->p2 && r < i->p2 + i->p3) ||
		    (r >= i->p1 && r < i->p1 + i->p3);
	default:
		return false;
	}
}

/* False when there are too many to follow. */
static bool
ask(struct program *p, int r, int at)
{
	for (int i = 0; i < p->asked; i++)
		if (p->question[i][0] == r && p->question[i][1] == at)
			return true;
	if (p->asked == DEEP)
		return false;
	p->question[p->asked][0] = r;
	p->question[p->asked][1] = at;
	p->asked++;
	return true;
}

/* The one instruction in a straight line before `at` that wrote r, or -1. */
static int
last_writer(const struct program *p, int r, int at)
{
	for (int i = at - 1; i >= 0; i--) {
		if (p->is_target[i + 1] || (p->code[i].op->flags & LEAVES) != 0)
			return -1;
		if (may_write(&p->code[i], r))
			return i;
	}
	return -1;
}

static bool
is_ephemeral(const struct program *p, int cursor)
{
	bool found = false;

	for (int i = 0; i < p->n; i++) {
		const struct instruction *c = &p->code[i];

		if (strncmp(c->op->name, "Open", 4) != 0 || c->p1 != cursor)
			continue;
		if (!is(c, "OpenEphemeral") && !is(c, "OpenAutoindex"))
			return false;
		found = true;
	}
	return found;
}

/* A column of a table in memory: ask for what was put there. */
static bool
ask_records(struct program *p, const struct instruction *column)
{
	int found = 0;

	if (!is_ephemeral(p, column->p1))
		return false;
	for (int i = 0; i < p->n; i++) {
		const struct instruction *c = &p->code[i];
		int m;

		if (c->p1 != column->p1 ||
		    (!is(c, "Insert") && !is(c, "IdxInsert")))
			continue;
		m = last_writer(p, c->p2, i);
		if (m < 0 || !is(&p->code[m], "MakeRecord") ||
		    column->p2 >= p->code[m].p2 ||
		    !ask(p, p->code[m].p1 + column->p2, m))
			return false;
		found++;
	}
	return found > 0;
}

/* Does what instruction i puts into r come from $tenant, or from a column
 * `tenant` that is itself bound? */
static bool
is_good_writer(struct program *p, int i, int r)
{
	const struct instruction *c = &p->code[i];

	if (is(c, "Variable"))
		return c->p1 == p->tenant;
	if (is(c, "VColumn"))
		return c->p2 == 0;
	if (is(c, "Null") || is(c, "IfNullRow"))
		return p->null_is_good;
	if (is(c, "SCopy") || is(c, "IntCopy"))
		return ask(p, c->p1, i);
	if (is(c, "Copy"))
		return ask(p, c->p1 + r - c->p2, i);
	if (is(c, "Move"))
		return r >= c->p2 && r < c->p2 + c->p3
		    ? ask(p, c->p1 + r - c->p2, i)
		    : true;
	/* The analyzer loses the code here; trace_check() frees it. */
	if (is(c, "Column")) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		return ask_records(p, c);
	}
	return false;
}

static bool
answer(struct program *p, int r, int at)
{
	int i = last_writer(p, r, at), n = 0;

	if (i >= 0)
		return is_good_writer(p, i, r);
	for (i = 0; i < p->n; i++)
		if (may_write(&p->code[i], r)) {
			n++;
			if (!is_good_writer(p, i, r))
				return false;
		}
	return n > 0;
}

static bool
holds_tenant(struct program *p, int r, int at, bool null_is_good)
{
	p->null_is_good = null_is_good;
	p->asked = p->done = 0;
	if (!ask(p, r, at))
		return false;
	for (; p->done < p->asked; p->done++)
		if (!answer(p, p->question[p->done][0],
			p->question[p->done][1]))
			return false;
	return true;
}

static ep_status
check_filter(struct program *p, int at, struct err *err)
{
	int first = p->code[at].p3 + 2;
	int count = last_writer(p, first - 1, at), n = 0;

	if (count >= 0 && is(&p->code[count], "Integer"))
		n = p->code[count].p1;
	for (int k = 0; k < n; k++)
		if (holds_tenant(p, first + k, at, true))
			return EP_OK;
	return err_set(err, EP_REFUSED, "bad_sql",
	    "tenant is compared with something other than $tenant; write "
	    "tenant = $tenant for each table");
}

static ep_status
judge(struct program *p, struct err *err)
{
	for (int i = 0; i < p->n; i++) {
		const struct instruction *c = &p->code[i];

		if (is(c, "VFilter"))
			EP_TRY(check_filter(p, i, err));
		if (is(c, "VUpdate") && c->p2 > 2 &&
		    !holds_tenant(p, c->p3 + 2, i, false))
			return err_set(err, EP_REFUSED, "bad_sql",
			    "the tenant of a written row is something other "
			    "than $tenant");
	}
	return EP_OK;
}

/* ------------------------------------------------------ reading a program --
 */

static const struct opcode *
opcode_find(const char *name)
{
	for (size_t i = 0; i < sizeof opcodes / sizeof opcodes[0]; i++)
		if (strcmp(name, opcodes[i].name) == 0)
			return &opcodes[i];
	return NULL;
}

static void
target(struct program *p, int at)
{
	if (at >= 0 && at <= INSTRUCTIONS)
		p->is_target[at] = true;
}

static ep_status
read_program(struct program *p, sqlite3_stmt *stmt, struct err *err)
{
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 1);
		struct instruction c = { opcode_find(name),
			sqlite3_column_int(stmt, 2),
			sqlite3_column_int(stmt, 3),
			sqlite3_column_int(stmt, 4) };

		if (c.op == NULL || p->n == INSTRUCTIONS)
			return err_set(err, EP_REFUSED, "bad_sql",
			    "too complex to prove that it stays in its tenant "
			    "(%s); write it more simply",
			    c.op == NULL ? name : "length");
		if ((c.op->flags & (JUMPS | JUMPS3)) != 0)
			target(p, c.p2);
		if ((c.op->flags & JUMPS3) != 0) {
			target(p, c.p1);
			target(p, c.p3);
		}
		if (is(&c, "InitCoroutine"))
			target(p, c.p3);
		p->code[p->n++] = c;
	}
	return EP_OK;
}

ep_status
trace_check(sqlite3 *twin, const char *text, struct err *err)
{
	struct program p = { 0 };
	sqlite3_stmt *stmt = NULL;
	char *explain = sqlite3_mprintf("EXPLAIN %s", text);
	ep_status st;

	p.code = calloc(INSTRUCTIONS, sizeof *p.code);
	p.is_target = calloc(INSTRUCTIONS + 1, sizeof *p.is_target);
	if (explain == NULL || p.code == NULL || p.is_target == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	if (sqlite3_prepare_v2(twin, explain, -1, &stmt, NULL) != SQLITE_OK) {
		st = err_set(err, EP_REFUSED, "bad_sql", "%s",
		    sqlite3_errmsg(twin));
	} else {
		p.tenant = sqlite3_bind_parameter_index(stmt, "$tenant");
		st = read_program(&p, stmt, err);
		if (st == EP_OK)
			st = judge(&p, err);
	}
	(void)sqlite3_finalize(stmt);
	sqlite3_free(explain);
	free(p.code);
	free(p.is_target);
	return st;
}
