/* SPDX-License-Identifier: BSD-2-Clause */

/* The folders of generations and modules as a whole: the highest number,
 * and what may go. */

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/supervisor/document.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_MAX (64u << 20)

struct numbers {
	uint64_t *list;
	size_t n;
};

/* "12.json" → 12; other names → 0.  rest: what follows the digits. */
static uint64_t
number_of(const char *name, const char **rest)
{
	char *end;
	uint64_t number;

	*rest = "";
	if (name[0] < '1' || name[0] > '9')
		return 0;
	number = strtoull(name, &end, 10);
	*rest = end;
	return number;
}

uint64_t
documents_highest(const char *state)
{
	struct arena *a = arena_new(4096);
	DIR *folder = opendir(arena_format(a, "%s/generations", state));
	struct dirent *e;
	uint64_t highest = 0;

	while (folder != NULL && (e = readdir(folder)) != NULL) {
		const char *rest;
		uint64_t number = number_of(e->d_name, &rest);

		if (strcmp(rest, ".json") == 0 && number > highest)
			highest = number;
	}
	if (folder != NULL)
		(void)closedir(folder);
	arena_free(&a);
	return highest;
}

/* ----------------------------------------------------------------- kept */

static int
downwards(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? 1 : *x > *y ? -1 : 0;
}

static void
collect(struct arena *a, const char *path, struct numbers *out)
{
	size_t room = 64;
	DIR *folder = opendir(path);
	struct dirent *e;

	out->list = arena_array(a, room, sizeof *out->list);
	out->n = 0;
	while (folder != NULL && (e = readdir(folder)) != NULL) {
		const char *rest;
		uint64_t number = number_of(e->d_name, &rest);

		if (number == 0 || strcmp(rest, ".json") != 0)
			continue;
		if (out->n == room) {
			uint64_t *more = arena_array(a, room * 2, sizeof *more);

			memcpy(more, out->list, room * sizeof *more);
			out->list = more;
			room *= 2;
		}
		out->list[out->n++] = number;
	}
	if (folder != NULL)
		(void)closedir(folder);
	qsort(out->list, out->n, sizeof *out->list, downwards);
}

static bool
is_kept(const struct numbers *kept, uint64_t number)
{
	for (size_t i = 0; i < kept->n; i++)
		if (kept->list[i] == number)
			return true;
	return false;
}

/* The newest, and the active one wherever it stands. */
static void
keep(struct numbers *all, uint64_t active)
{
	if (all->n <= DOCUMENTS_KEPT)
		return;
	all->n = DOCUMENTS_KEPT;
	if (!is_kept(all, active))
		all->list[DOCUMENTS_KEPT - 1] = active;
}

/* An object with the hashes of all modules that the documents name; NULL
 * when one cannot be read, and nothing may go then. */
static const struct ep_node *
named(struct arena *a, const char *state, const struct numbers *kept)
{
	struct ep_node *names = node_new(a, EP_T_OBJECT);

	for (size_t i = 0; i < kept->n; i++) {
		const struct ep_node *doc, *list;
		struct err err = { 0 };

		if (document_read(a, state, kept->list[i], &doc, &err) != EP_OK)
			return NULL;
		list = node_get(doc, "modules");
		for (uint32_t k = 0; list != NULL && k < list->count; k++)
			(void)node_set_bool(a, names,
			    node_text(node_get(node_at(list, k), "sha256"),
				"?"),
			    true);
	}
	return names;
}

/* ---------------------------------------------------------------- going */

/* <sha256>.so, or a copy <sha256>.<generation>….so. */
static bool
is_module_wanted(const struct ep_node *names, const struct numbers *kept,
    const char *file, bool is_start)
{
	const char *rest, *dot = strchr(file, '.');

	if (dot == NULL || dot - file != 64)
		return !is_start || strncmp(file, ".new.", 5) != 0;
	if (node_get_n(names, file, 64) == NULL)
		return false;
	if (strcmp(dot, ".so") == 0)
		return true;
	return !is_start && is_kept(kept, number_of(dot + 1, &rest));
}

/* N.json, N.report, N.plan.json; the report of an attempt that made no
 * document is as new as the newest. */
static bool
is_document_wanted(const struct numbers *kept, const char *file)
{
	const char *rest;
	uint64_t number = number_of(file, &rest);

	if (number == 0)
		return true;
	if (strcmp(rest, ".plan.json") == 0)
		return false;
	return is_kept(kept, number) || kept->n == 0 || number > kept->list[0];
}

static void
sweep(struct arena *a, const char *path, const struct numbers *kept,
    const struct ep_node *names, bool is_start)
{
	DIR *folder = opendir(path);
	struct dirent *e;

	while (folder != NULL && (e = readdir(folder)) != NULL) {
		bool is_wanted = names != NULL
		    ? is_module_wanted(names, kept, e->d_name, is_start)
		    : is_document_wanted(kept, e->d_name);

		if (!is_wanted && strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0)
			(void)unlink(arena_format(a, "%s/%s", path, e->d_name));
	}
	if (folder != NULL)
		(void)closedir(folder);
}

/* Nobody appends while we run: the supervisor waits for us. */
static void
cut_history(struct arena *a, const char *path)
{
	struct err err = { 0 };
	size_t length, at, lines = 0;
	char *text;

	if (file_read(a, path, HISTORY_MAX, &text, &length, &err) != EP_OK)
		return;
	for (at = length; at > 0; at--)
		if (text[at - 1] == '\n' && ++lines > HISTORY_KEPT)
			break;
	if (at > 0)
		(void)file_write_atomic(path, text + at, length - at, 0600,
		    &err);
}

void
documents_prune(struct arena *a, const char *state, uint64_t active,
    bool is_start)
{
	const char *folder = arena_format(a, "%s/generations", state);
	struct numbers kept;
	const struct ep_node *names;

	collect(a, folder, &kept);
	keep(&kept, active);
	names = named(a, state, &kept);
	if (names != NULL)
		sweep(a, arena_format(a, "%s/modules", state), &kept, names,
		    is_start);
	sweep(a, folder, &kept, NULL, is_start);
	cut_history(a, arena_format(a, "%s/history.jsonl", folder));
}
