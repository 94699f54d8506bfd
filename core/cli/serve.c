/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/supervisor/serve.h"

int
command_serve(const struct command_line *line)
{
	struct serve_options options = { .config = line->config != NULL
		    ? line->config
		    : path_default_config(),
		.module_folder = path_default_modules(),
		.listen = line->listen,
		.state = line->state };

	return serve(&options);
}
