/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/policy.h"

#include <string.h>

static const char *const system_libraries[] = { "libc.so.6", "libm.so.6",
	"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", NULL };

static const char *const runtime_libraries[] = { "libstdc++.so.6",
	"libgcc_s.so.1", NULL };

/* Beginnings of names. */
static const char *const test_libraries[] = { "libasan.so.", "libubsan.so.",
	"liblsan.so.", "libtsan.so.", "libgcov.so.", "libclang_rt.", NULL };

static const char *const icu_libraries[] = { "icuuc", "icui18n", "icudata",
	"icuio", NULL };

#define PROCESS "a module has no say over the process; remove the call"
#define SPAWN "a worker never forks; declare the work as an operation"
#define THREAD "use ep_offload(), which ends before the module is unloaded"
#define SIGNAL "signals belong to the host; remove the call"
#define ENDING "return a status, e.g. ep_fail(op, EP_INTERNAL, ...)"
#define WAITING "use ep_sleep(), which lets others run"
#define ATEXIT "use EP_STOP(), which runs before the module is unloaded"
#define LOADING "link the library and name it in x-entrepot-libraries"

struct denied {
	const char *name;
	const char *mend;
	bool runtime_too; /* refused under POLICY_RUNTIME as well */
};

static const struct denied denied_imports[] = {
	{ "fork", SPAWN, true },
	{ "vfork", SPAWN, true },
	{ "clone", SPAWN, true },
	{ "daemon", SPAWN, true },
	{ "system", SPAWN, true },
	{ "popen", SPAWN, true },
	{ "posix_spawn", SPAWN, true },
	{ "posix_spawnp", SPAWN, true },
	{ "execl", SPAWN, true },
	{ "execle", SPAWN, true },
	{ "execlp", SPAWN, true },
	{ "execv", SPAWN, true },
	{ "execve", SPAWN, true },
	{ "execveat", SPAWN, true },
	{ "execvp", SPAWN, true },
	{ "execvpe", SPAWN, true },
	{ "fexecve", SPAWN, true },
	{ "signal", SIGNAL, true },
	{ "bsd_signal", SIGNAL, true },
	{ "sysv_signal", SIGNAL, true },
	{ "__sysv_signal", SIGNAL, true },
	{ "sigaction", SIGNAL, true },
	{ "sigaltstack", SIGNAL, true },
	{ "sigprocmask", SIGNAL, true },
	{ "pthread_sigmask", SIGNAL, true },
	{ "setitimer", SIGNAL, true },
	{ "timer_create", SIGNAL, true },
	{ "alarm", SIGNAL, true },
	{ "kill", SIGNAL, true },
	{ "raise", SIGNAL, true },
	{ "tgkill", SIGNAL, true },
	{ "pthread_kill", SIGNAL, true },
	{ "pthread_create", THREAD, true },
	{ "thrd_create", THREAD, true },
	{ "pthread_key_create", THREAD, false },
	{ "tss_create", THREAD, true },
	{ "on_exit", ATEXIT, true },
	{ "atexit", ATEXIT, true },
	{ "__cxa_atexit", ATEXIT, false },
	{ "__cxa_thread_atexit_impl", ATEXIT, false },
	{ "__cxa_at_quick_exit", ATEXIT, true },
	{ "__register_atfork", ATEXIT, true },
	{ "exit", ENDING, true },
	{ "_exit", ENDING, true },
	{ "_Exit", ENDING, true },
	{ "quick_exit", ENDING, true },
	{ "setlocale", PROCESS, true },
	{ "uselocale", PROCESS, false },
	{ "chdir", PROCESS, true },
	{ "fchdir", PROCESS, true },
	{ "chroot", PROCESS, true },
	{ "umask", PROCESS, true },
	{ "putenv", PROCESS, true },
	{ "setenv", PROCESS, true },
	{ "unsetenv", PROCESS, true },
	{ "clearenv", PROCESS, true },
	{ "setrlimit", PROCESS, true },
	{ "setuid", PROCESS, true },
	{ "setgid", PROCESS, true },
	{ "prctl", PROCESS, true },
	{ "ptrace", PROCESS, true },
	{ "mallopt", PROCESS, true },
	{ "dlopen", LOADING, true },
	{ "dlmopen", LOADING, true },
	{ "dlclose", LOADING, true },
	{ "sleep", WAITING, true },
	{ "usleep", WAITING, true },
	{ "nanosleep", WAITING, true },
	{ "clock_nanosleep", WAITING, true },
	{ "pause", WAITING, true },
};

const char *
policy_name(enum policy policy)
{
	static const char *const names[] = { "strict", "runtime", "test" };

	return names[policy];
}

static bool
library_is(const char *needed, const char *word)
{
	size_t n = strlen(word);

	return strncmp(needed, "lib", 3) == 0 &&
	    strncmp(needed + 3, word, n) == 0 &&
	    strncmp(needed + 3 + n, ".so", 3) == 0;
}

static bool
list_has(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

bool
policy_library_matches(const char *needed, const char *word)
{
	const char *const *icu;

	if (strcmp(word, "icu") != 0)
		return library_is(needed, word);
	for (icu = icu_libraries; *icu != NULL; icu++)
		if (library_is(needed, *icu))
			return true;
	return false;
}

static bool
library_allowed(const char *needed, enum policy policy,
    const char *const *libraries)
{
	const char *const *p;

	if (list_has(system_libraries, needed))
		return true;
	if (policy != POLICY_STRICT && list_has(runtime_libraries, needed))
		return true;
	for (p = test_libraries; policy == POLICY_TEST && *p != NULL; p++)
		if (strncmp(needed, *p, strlen(*p)) == 0)
			return true;
	for (p = libraries; p != NULL && *p != NULL; p++)
		if (policy_library_matches(needed, *p))
			return true;
	return false;
}

static void
check_libraries(const struct module_file *f, enum policy policy,
    const char *const *libraries, struct findings *to)
{
	uint32_t i;

	for (i = 0; i < f->n_needed; i++)
		if (!library_allowed(f->needed[i], policy, libraries))
			finding_add(to, "library", f->path,
			    "name it in x-entrepot-libraries, or link it "
			    "statically with -Wl,--exclude-libs,ALL",
			    "needs the library %s, which is not declared",
			    f->needed[i]);
}

static void
check_imports(const struct module_file *f, enum policy policy,
    struct findings *to)
{
	const struct denied *d;
	uint32_t i;
	size_t k;

	for (i = 0; i < f->n_imports; i++)
		for (k = 0; k < sizeof denied_imports / sizeof *d; k++) {
			d = &denied_imports[k];
			if (strcmp(d->name, f->imports[i].name) != 0)
				continue;
			if (policy == POLICY_STRICT || d->runtime_too)
				finding_add(to, "import", f->path, d->mend,
				    "calls %s(), which a module must not",
				    d->name);
		}
}

static bool
is_test_symbol(const char *name)
{
	return strncmp(name, "__asan_", 7) == 0 ||
	    strncmp(name, "__ubsan_", 8) == 0 ||
	    strncmp(name, "__tsan_", 7) == 0 ||
	    strncmp(name, "__odr_asan", 10) == 0 ||
	    strncmp(name, "__gcov_", 7) == 0;
}

static void
check_exports(const struct module_file *f, enum policy policy,
    struct findings *to)
{
	const struct module_symbol *s;
	bool found = false;
	uint32_t i;

	for (i = 0; i < f->n_exports; i++) {
		s = &f->exports[i];
		if (strcmp(s->name, MODULE_ENTRY) == 0)
			found = s->is_function;
		else if ((policy == POLICY_STRICT || !s->weak) &&
		    !(policy == POLICY_TEST && is_test_symbol(s->name)))
			finding_add(to, "export", f->path,
			    "compile with -fvisibility=hidden, or link with "
			    "-Wl,--version-script=entrepot.map",
			    "exports %s; a module exports " MODULE_ENTRY
			    " and nothing else",
			    s->name);
	}
	if (!found)
		finding_add(to, "entry", f->path,
		    "end one of its files with EP_MODULE()",
		    "does not export the function " MODULE_ENTRY);
}

static void
check_memory(const struct module_file *f, struct findings *to)
{
	const struct module_traits *t = &f->traits;

	if (t->exec_stack)
		finding_add(to, "exec_stack", f->path,
		    "give assembler files .section .note.GNU-stack,\"\","
		    "%progbits and link with -Wl,-z,noexecstack",
		    "wants an executable stack");
	if (t->textrel)
		finding_add(to, "textrel", f->path,
		    "compile all of it with -fPIC and link with -Wl,-z,text",
		    "has relocations within its code");
	if (t->write_exec)
		finding_add(to, "write_exec", f->path,
		    "link without -Wl,-N or --omagic",
		    "has memory both writable and executable");
	if (t->static_tls)
		finding_add(to, "static_tls", f->path,
		    "compile with -ftls-model=global-dynamic, or keep it in "
		    "EP_STATE()",
		    "uses static thread-local storage, of which there is "
		    "too little for reloads");
	if (t->sql_relocated)
		finding_add(to, "sql_relocation", f->path,
		    "declare statements with EP_SQL() only",
		    "has a pointer among its statements");
}

static void
check_loading(const struct module_file *f, enum policy policy,
    struct findings *to)
{
	const struct module_traits *t = &f->traits;
	bool strict = policy == POLICY_STRICT;

	if (t->rpath != NULL)
		finding_add(to, "rpath", f->path,
		    "link without -rpath, or remove it with patchelf",
		    "names its own library path %s", t->rpath);
	if (strict && t->constructors > 0)
		finding_add(to, "constructor", f->path,
		    "use EP_START(), and link with -nostartfiles",
		    "has %u function(s) that run when it is loaded",
		    t->constructors);
	if (strict && t->destructors > 0)
		finding_add(to, "destructor", f->path,
		    "use EP_STOP(), and link with -nostartfiles",
		    "has %u function(s) that run when it is unloaded",
		    t->destructors);
	if (t->ifunc)
		finding_add(to, "ifunc", f->path,
		    "choose the variant in EP_START()",
		    "has IFUNC resolvers, which run while it is loaded");
	if (strict && t->unique != NULL)
		finding_add(to, "unique", f->path,
		    "compile with -fno-gnu-unique",
		    "has the unique symbol %s and could never be unloaded",
		    t->unique);
	if (strict && t->nodelete)
		finding_add(to, "nodelete", f->path,
		    "link without -Wl,-z,nodelete", "refuses to be unloaded");
	if (!t->bind_now || !t->relro)
		finding_add(to, "relro", f->path,
		    "link with -Wl,-z,relro,-z,now",
		    "leaves its tables of functions writable");
}

void
policy_check(const struct module_file *f, enum policy policy,
    const char *const *libraries, struct findings *findings)
{
	EP_CHECK(f, MODULE_FILE_MAGIC);
	check_memory(f, findings);
	check_loading(f, policy, findings);
	check_libraries(f, policy, libraries, findings);
	check_imports(f, policy, findings);
	check_exports(f, policy, findings);
}
