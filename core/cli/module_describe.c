/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cli/command.h"
int command_module_describe(const struct command_line *line) { (void)line; return 1; }
