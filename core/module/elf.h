/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A module's file as bytes: read once, taken apart with every offset
 * checked, nothing of it ever executed.  What is inspected, hashed, signed
 * and stored are these same bytes, so nothing can be exchanged in between.
 *
 * Two views of an ELF file are read and must not be confused: the sections
 * (our own records live there) and the dynamic segment, which is what ld.so
 * goes by; all that policy.h judges comes from the second.
 */

#pragma once

#include "core/base/arena.h"

#define MODULE_FILE_MAX (256u << 20) /* bytes of a file */
#define MODULE_ENTRY "entrepot_module_v1"

/* A file of the module's folder, as embedded by entrepot-embed. */
struct module_data {
	const char *name; /* "openapi.yaml", "data/rates.csv" */
	const char *bytes;
	uint32_t length;
};

/* A statement as declared by EP_SQL. */
struct module_statement {
	const char *name;
	const char *where; /* "hello.c:12" */
	const char *text;
	uint32_t offset;  /* of its record within the section */
	uint64_t address; /* of its record in the image, before relocation */
};

/* What the dynamic segment and the program headers say. */
struct module_traits {
	bool exec_stack;    /* stack wanted executable, or nothing said */
	bool textrel;       /* relocations within the code */
	bool write_exec;    /* a segment both writable and executable */
	bool static_tls;    /* initial-exec thread-local storage */
	bool nodelete;      /* refuses to be unmapped */
	bool ifunc;         /* resolvers run while it is being loaded */
	bool sql_relocated; /* a relocation lies within the statements */
	bool bind_now, relro;
	uint32_t constructors, destructors;
	const char *rpath;    /* RPATH or RUNPATH, or NULL */
	const char *unique;   /* a symbol of STB_GNU_UNIQUE, or NULL */
	const char *soname;   /* or NULL */
	const char *build_id; /* hexadecimal, or NULL */
};

struct module_symbol {
	const char *name;
	bool weak, is_function;
};

struct module_file {
	uint32_t magic;
#define MODULE_FILE_MAGIC 0x3d0f11e5
	const char *path; /* where it was read; for messages only */
	const unsigned char *bytes;
	size_t size;
	char sha256[65];

	uint16_t machine; /* EM_ */
	uint32_t abi_major, minor_needed, minor_built, state_version;
	const char *name, *version; /* of the identity note */

	const struct module_data *files;
	uint32_t n_files;
	const struct module_statement *statements; /* as they lie there */
	uint32_t n_statements;
	uint64_t sql_address, sql_size; /* of ep_sql_v1; 0 without any */

	const char *const *needed; /* DT_NEEDED */
	uint32_t n_needed;
	const struct module_symbol *imports, *exports;
	uint32_t n_imports, n_exports;
	uint64_t span; /* bytes of address space of the image */
	struct module_traits traits;
};

/* Reads and takes apart.  Only regular files of at most MODULE_FILE_MAX
 * bytes; a FIFO or device is refused without waiting for it.  All memory is
 * the arena's.  Errors: EP_NOT_FOUND, EP_TOO_LARGE, EP_UNAVAILABLE from
 * reading; EP_REFUSED "not_a_module" and words when the file is damaged, of
 * another machine, not made with entrepot.h, or of an ABI this host does not
 * offer ("abi"). */
ep_status module_file_open(struct arena *a, const char *path,
    struct module_file **out, struct err *err);

/* The same for a file whose SHA-256 somebody has just found to be this, so
 * that it need not be worked out again. */
ep_status module_file_open_known(struct arena *a, const char *path,
    const char *sha256, struct module_file **out, struct err *err);

/* The same from memory; the bytes are copied.  name stands in messages. */
ep_status module_file_parse(struct arena *a, const char *name,
    const void *bytes, size_t size, struct module_file **out, struct err *err);

/* An embedded file by name, or NULL. */
const struct module_data *module_file_find(const struct module_file *f,
    const char *name);

/* Does this host offer what a module needs?  EP_REFUSED "abi" and both
 * sides in words when not. */
ep_status module_abi_check(uint32_t major, uint32_t minor_needed,
    uint32_t minor_built, struct err *err);
