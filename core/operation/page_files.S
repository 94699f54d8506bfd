/* SPDX-License-Identifier: BSD-2-Clause */

/* The files of core/operation/page that the program carries: from NAME to
 * NAME_end. */

	.macro	file name, path
	.globl	\name, \name\()_end
	.hidden	\name, \name\()_end
\name:
	.incbin	"\path"
\name\()_end:
	.byte	0
	.endm

	.section .rodata
	file	page_html, "core/operation/page/page.html"
	file	page_css, "core/operation/page/page.css"
	file	page_js, "core/operation/page/page.js"
	file	page_icon, "core/operation/page/icon.svg"
	file	page_words_en, "core/operation/page/en.yaml"
	file	page_words_zh, "core/operation/page/zh.yaml"

	.section .note.GNU-stack,"",%progbits
