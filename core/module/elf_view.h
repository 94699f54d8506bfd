/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The bytes of an ELF file with checked access; private to elf.c and
 * elf_dynamic.c.  Every function that gets an offset or an address returns
 * NULL when any of the wanted bytes lies outside the file.
 */

#pragma once

#include "core/module/elf.h"

#include <elf.h>

struct elf_view {
	struct arena *arena;
	const char *name; /* in messages */
	const unsigned char *bytes;
	size_t size;
	Elf64_Ehdr header;
	Elf64_Phdr *segments;
	uint32_t n_segments;
	Elf64_Shdr *sections;
	uint32_t n_sections;
	const char *names; /* of sections */
	size_t names_size;
};

static inline const unsigned char *
view_at(const struct elf_view *v, uint64_t offset, uint64_t length)
{
	if (offset > v->size || length > v->size - offset)
		return NULL;
	return v->bytes + offset;
}

/* Bytes by their address in the image: within the part of a PT_LOAD that
 * comes from the file.  left_out (may be NULL): how many follow there. */
const unsigned char *view_address(const struct elf_view *v, uint64_t address,
    uint64_t length, uint64_t *left_out);

/* The terminated text at an address, or NULL. */
const char *view_text(const struct elf_view *v, uint64_t address);

/* The name of a section, or "". */
const char *view_section_name(const struct elf_view *v, uint32_t i);

/* Fills needed, imports, exports, span and traits of f; EP_REFUSED
 * "not_a_module" when the dynamic segment makes no sense. */
ep_status view_read_dynamic(const struct elf_view *v, struct module_file *f,
    struct err *err);
