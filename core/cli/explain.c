/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include <stdio.h>
#include <string.h>

bool
command_language(const struct command_line *line, enum language *out)
{
	*out = language_of_locale();
	if (line->lang == NULL || language_read(line->lang, out))
		return true;
	(void)fprintf(stderr,
	    "entrepot: --lang=%s: expected en or zh (应为 en 或 zh)\n",
	    line->lang);
	return false;
}

int
command_explain(const struct command_line *line)
{
	struct arena *a;
	struct buf b = { 0 };
	enum language language;
	const char *near = NULL, *id = line->argc > 0 ? line->argv[0] : NULL;
	bool is_known = true;

	if (!command_language(line, &language))
		return 2;
	a = arena_new(65536);
	if (id != NULL)
		is_known = config_explain(a, &b, id, language, &near);
	else
		config_explain_all(&b, language);
	if (!is_known)
		(void)fprintf(stderr,
		    language == LANGUAGE_CHINESE
			? "entrepot explain：没有 “%s”%s%s；entrepot explain "
			  "列出全部\n"
			: "entrepot explain: there is no '%s'%s%s; entrepot "
			  "explain lists all\n",
		    id,
		    near == NULL                       ? ""
			: language == LANGUAGE_CHINESE ? "，是否想写 "
						       : "; did you mean ",
		    near != NULL ? near : "");
	if (buf_length(&b) > 0)
		(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
	buf_fini(&b);
	arena_free(&a);
	return is_known ? 0 : 1;
}
