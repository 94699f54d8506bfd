/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/base/buf.h"
#include "core/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* As host_schema.yaml has it for what stands under modules:. */
#define NAME_MIN_LENGTH 2
#define NAME_MAX_LENGTH 32
#define TEMPLATE_MAX 65536
#define PLACEHOLDER "modname"

#define PLAIN 1u
#define STORE 2u

/* What is made of which file of plugin-api/template/; PLACEHOLDER stands for
 * the module's name in paths and texts. */
static const struct piece {
	unsigned when;
	mode_t mode;
	const char *source, *target;
} pieces[] = {
	{ PLAIN | STORE, 0644, "README.md", "README.md" },
	{ PLAIN | STORE, 0644, "Makefile", "Makefile" },
	{ PLAIN | STORE, 0644, "dev.yaml", "dev.yaml" },
	{ PLAIN | STORE, 0644, "gitignore", ".gitignore" },
	{ PLAIN | STORE, 0755, "run.sh", "tests/run.sh" },
	{ PLAIN, 0644, "plain.openapi.yaml", "openapi.yaml" },
	{ PLAIN, 0644, "plain.c", "modname.c" },
	{ PLAIN, 0644, "plain.en.yaml", "messages/en.yaml" },
	{ PLAIN, 0644, "plain.zh-CN.yaml", "messages/zh-CN.yaml" },
	{ PLAIN, 0644, "plain.calls.jsonl", "tests/calls.jsonl" },
	{ PLAIN, 0644, "plain.answers.jsonl", "tests/answers.jsonl" },
	{ STORE, 0644, "store.openapi.yaml", "openapi.yaml" },
	{ STORE, 0644, "store.c", "modname.c" },
	{ STORE, 0644, "store.sql", "migrations/0001_note.sql" },
	{ STORE, 0644, "store.en.yaml", "messages/en.yaml" },
	{ STORE, 0644, "store.zh-CN.yaml", "messages/zh-CN.yaml" },
	{ STORE, 0644, "store.calls.jsonl", "tests/calls.jsonl" },
	{ STORE, 0644, "store.answers.jsonl", "tests/answers.jsonl" },
};

#define N_PIECES (sizeof pieces / sizeof pieces[0])

/* --------------------------------------------------------------- the name */

static const struct taken {
	const char *name;
	bool prefix_too; /* NAME_... as well */
	const char *why;
} taken[] = {
	{ "ep", true, "ep_ begins the names of entrepot.h" },
	{ "sqlite", true, "SQLite keeps tables of that name for itself" },
	{ "host", false, "/v1/host/ is the host's own" },
	{ "ops", false, "/v1/ops/ is the host's own" },
	{ "true", false, "YAML reads it as a boolean" },
	{ "false", false, "YAML reads it as a boolean" },
	{ "null", false, "YAML reads it as nothing" },
	{ PLACEHOLDER, false, "the template uses it" },
};

/* The nearest name that could be had, or "". */
static const char *
nearest(struct arena *a, const char *name)
{
	char *out = arena_alloc(a, NAME_MAX_LENGTH + 1);
	size_t n = 0;

	for (; *name != '\0' && n < NAME_MAX_LENGTH; name++) {
		char c = *name;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (n > 0 && c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n > 0 && out[n - 1] == '_')
		n--;
	out[n] = '\0';
	return out;
}

static ep_status
check_name(struct arena *a, const char *name, struct err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t n = strlen(name);
	const char *near = nearest(a, name);

	if (n == 0 || strspn(name, all) != n || strspn(name, letters) == 0)
		return err_set(err, EP_INVALID, "bad_name",
		    "\"%.80s\" is no module name: expected lower-case letters, "
		    "digits and _, a letter first%s%s",
		    name, *near != '\0' ? "; try " : "", near);
	if (n < NAME_MIN_LENGTH || n > NAME_MAX_LENGTH)
		return err_set(err, EP_INVALID, "bad_name",
		    "\"%.80s\": a module's name has %d to %d characters, this "
		    "one %zu",
		    name, NAME_MIN_LENGTH, NAME_MAX_LENGTH, n);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
		size_t m = strlen(taken[i].name);

		if (strncmp(name, taken[i].name, m) != 0)
			continue;
		if (name[m] == '\0' || (taken[i].prefix_too && name[m] == '_'))
			return err_set(err, EP_INVALID, "bad_name",
			    "\"%s\" cannot be a module's name: %s", name,
			    taken[i].why);
	}
	return EP_OK;
}

/* --------------------------------------------------------------- the text */

/* The licence line is for the template as a part of Entrepot; the copy
 * is its author's own. */
static bool
is_licence(const char *line, size_t length)
{
	return memmem(line, length, "SPDX-License-Identifier", 23) != NULL;
}

static void
fill_line(struct buf *out, const char *at, size_t length, const char *name)
{
	const char *end = at + length, *found;

	while ((found = memmem(at, (size_t)(end - at), PLACEHOLDER,
		    sizeof PLACEHOLDER - 1)) != NULL) {
		buf_append(out, at, (size_t)(found - at));
		buf_text(out, name);
		at = found + sizeof PLACEHOLDER - 1;
	}
	buf_append(out, at, (size_t)(end - at));
}

static void
fill(struct buf *out, const char *text, const char *name)
{
	bool was_licence = false;

	while (*text != '\0') {
		const char *end = strchr(text, '\n');
		size_t length = end != NULL ? (size_t)(end - text) + 1
					    : strlen(text);

		if (is_licence(text, length)) {
			was_licence = true;
		} else {
			if (!was_licence || *text != '\n')
				fill_line(out, text, length, name);
			was_licence = false;
		}
		text += length;
	}
}

/* -------------------------------------------------------------- the folder */

struct made {
	struct arena *arena;
	const char *name, *folder;
	unsigned what;
	struct buf texts[N_PIECES]; /* filled in */
	unsigned n_files;
};

/* All of it is read before anything is made. */
static ep_status
read_pieces(struct made *m, struct err *err)
{
	const char *from = path_template();

	for (size_t i = 0; i < N_PIECES; i++) {
		char *text = NULL;
		size_t length = 0;

		if ((pieces[i].when & m->what) == 0)
			continue;
		EP_TRY(file_read(m->arena,
		    arena_format(m->arena, "%s/%s", from, pieces[i].source),
		    TEMPLATE_MAX, &text, &length, err));
		fill(&m->texts[i], text, m->name);
	}
	return EP_OK;
}

static ep_status
make_folder(const struct made *m, const char *dir, struct err *err)
{
	if (dir != NULL)
		EP_TRY(file_make_folders(dir, 0777, err));
	if (mkdir(m->folder, 0777) == 0)
		return EP_OK;
	if (errno == EEXIST)
		return err_set(err, EP_CONFLICT, "exists",
		    "%s is there already and is left as it is; choose another "
		    "name, or another place by --dir",
		    m->folder);
	return err_set(err, EP_UNAVAILABLE, "file_unwritable", "%s: %s",
	    m->folder, strerror(errno));
}

static ep_status
write_pieces(struct made *m, struct err *err)
{
	for (size_t i = 0; i < N_PIECES; i++) {
		struct buf target = { 0 };
		char *path, *slash;

		if ((pieces[i].when & m->what) == 0)
			continue;
		fill_line(&target, pieces[i].target, strlen(pieces[i].target),
		    m->name);
		path = arena_format(m->arena, "%s/%.*s", m->folder,
		    (int)buf_length(&target), buf_data(&target));
		buf_fini(&target);
		slash = strrchr(path, '/');
		*slash = '\0';
		EP_TRY(file_make_folders(path, 0777, err));
		*slash = '/';
		EP_TRY(file_write_atomic(path, buf_data(&m->texts[i]),
		    buf_length(&m->texts[i]), pieces[i].mode, err));
		m->n_files++;
	}
	return EP_OK;
}

/* As a shell reads it back. */
static void
print_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._+,:@%=-";

	if (*word != '\0' && *word != '-' &&
	    strspn(word, plain) == strlen(word)) {
		(void)fputs(word, stdout);
		return;
	}
	(void)fputs(*word == '-' ? "./'" : "'", stdout);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			(void)fputs("'\\''", stdout);
		else
			(void)fputc(*word, stdout);
	(void)fputc('\'', stdout);
}

static void
tell(const struct made *m)
{
	const char *pkgconfig = path_pkgconfig();
	const char *known = getenv("PKG_CONFIG_PATH");

	if (pkgconfig != NULL && known != NULL && strcmp(pkgconfig, known) == 0)
		pkgconfig = NULL;
	(void)printf("%s: %u files.  Next:\n\n", m->folder, m->n_files);
	if (pkgconfig != NULL) {
		(void)fputs("  export PKG_CONFIG_PATH=", stdout);
		print_word(pkgconfig);
		(void)fputc('\n', stdout);
	}
	(void)fputs("  cd ", stdout);
	print_word(m->folder);
	(void)fputs("\n  make check\n  make run\n", stdout);
}

static ep_status
make(struct made *m, const struct command_line *line, struct err *err)
{
	EP_TRY(check_name(m->arena, m->name, err));
	EP_TRY(read_pieces(m, err));
	EP_TRY(make_folder(m, line->dir, err));
	return write_pieces(m, err);
}

int
command_module_new(const struct command_line *line)
{
	struct made m = { .arena = arena_new(65536),
		.name = line->argv[0],
		.what = line->store ? STORE : PLAIN };
	struct err err = { 0 };
	ep_status st;

	m.folder = line->dir != NULL
	    ? arena_format(m.arena, "%s/%s", line->dir, m.name)
	    : m.name;
	st = make(&m, line, &err);
	if (st == EP_OK)
		tell(&m);
	else
		(void)fprintf(stderr, "entrepot module new: %s\n", err.text);
	for (size_t i = 0; i < N_PIECES; i++)
		buf_fini(&m.texts[i]);
	arena_free(&m.arena);
	return st == EP_OK ? 0 : 1;
}
