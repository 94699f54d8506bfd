/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/base/arena.h"
#include "core/config/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of the running program, without a slash at its end. */
static const char *
program_folder(void)
{
	static char folder[4096];
	ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
	char *slash;

	if (n <= 0)
		return "";
	folder[n] = '\0';
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	return folder;
}

/* The build tree is recognised by what lies beside the program there. */
static const char *
tree_or(char *out, size_t size, const char *below, const char *installed)
{
	(void)snprintf(out, size, "%s/%s", program_folder(), below);
	if (access(out, R_OK) == 0)
		return out;
	return installed;
}

const char *
path_default_config(void)
{
	static char tree[4096 + 64];

	return tree_or(tree, sizeof tree, "../conf/entrepot.yaml",
	    ENTREPOT_CONF_DIR "/entrepot.yaml");
}

const char *
path_default_modules(void)
{
	static char tree[4096 + 64];

	return tree_or(tree, sizeof tree, "modules", ENTREPOT_MODULE_DIR);
}

const char *
path_template(void)
{
	static char tree[4096 + 64], beside[4096 + 64];

	return tree_or(tree, sizeof tree, "../plugin-api/template",
	    tree_or(beside, sizeof beside, "../share/entrepot/template",
		ENTREPOT_DATA_DIR "/template"));
}

const char *
path_pkgconfig(void)
{
	static char tree[4096 + 64], below[4096 + 64], folder[PATH_MAX];
	const char *found;

	found = tree_or(tree, sizeof tree, "plugin-api/entrepot-uninstalled.pc",
	    NULL);
	if (found == NULL && strcmp(program_folder(), "/usr/bin") != 0 &&
	    strcmp(program_folder(), "/usr/local/bin") != 0)
		found = tree_or(below, sizeof below,
		    "../lib/pkgconfig/entrepot.pc", NULL);
	if (found == NULL)
		return NULL;
	if (realpath(found, folder) == NULL)
		return NULL;
	*strrchr(folder, '/') = '\0';
	return folder;
}

ep_status
path_state(const struct command_line *line, char *out, size_t size,
    struct err *err)
{
	struct config_overrides overrides = { line->listen, line->state };
	struct config_errors errors = { 0 };
	struct arena *a;
	struct config *c = NULL;
	ep_status st = EP_OK;

	if (line->state != NULL) {
		(void)snprintf(out, size, "%s", line->state);
		return EP_OK;
	}
	a = arena_new(65536);
	(void)config_load(a,
	    line->config != NULL ? line->config : path_default_config(),
	    &overrides, &c, &errors);
	if (c != NULL)
		(void)snprintf(out, size, "%s", c->state);
	else
		st = err_set(err, EP_INVALID, "bad_configuration", "%s",
		    config_errors_text(a, &errors));
	arena_free(&a);
	return st;
}
