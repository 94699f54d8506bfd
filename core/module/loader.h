/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An image is a module's file in this process: the first moment that code of
 * it may run.  Load only what policy_check() and manifest_of_file() found
 * without fault.  Load and unload from the top of the loop, never below a
 * frame of the module.
 */

#pragma once

#include "core/module/manifest.h"

/* Under sanitizers images stay mapped, or the stacks in reports have no
 * names.  Under valgrind and with ENTREPOT_KEEP_IMAGES=1 as well. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IMAGE_KEEP_ALWAYS true
#else
#define IMAGE_KEEP_ALWAYS false
#endif

enum image_end {
	IMAGE_GONE,     /* proven: neither ld.so nor the memory map has it */
	IMAGE_RETAINED, /* would not leave; it is not closed a second time */
	IMAGE_KEPT,     /* left mapped on purpose, for reports */
};

struct image {
	uint32_t magic;
#define IMAGE_MAGIC 0x1ba9e0de
	const struct module_file *file;
	const struct manifest *manifest;
	uint64_t generation;
	char *path;    /* of the copy that was mapped; it is gone */
	void *handle;  /* of dlopen */
	uint64_t base; /* what relocation added to addresses of the file */
	const struct ep_module *module;
	ep_handler **handlers; /* by index of manifest->operations */
	ep_handler **builders; /* by index of manifest->snapshots */
	ep_handler *start, *stop, *health, *save, *restore; /* or NULL */
	uint32_t state_size;               /* of EP_STATE; 0 without */
};

/* What to load.  All of it must outlive the image. */
struct image_source {
	const char *folder; /* of the store, see store_file.h */
	const struct module_file *file;
	const struct manifest *manifest;
	uint64_t generation;
	const struct ep_host *host;
};

/* Makes a copy, maps it and removes its name again (under sanitizers it
 * stays, for reports), asks for its table and holds that against the
 * note and the manifest: every operation bound once and no other, each
 * function within the image's code.  Libraries that the manifest names stay
 * mapped for good: not all survive being unloaded.  The image lives on the heap until
 * image_unload().  Errors: EP_REFUSED "load" (ld.so's words), "binding";
 * after one nothing stays mapped that can be unmapped. */
ep_status image_load(const struct image_source *source,
    struct image **image_out, struct err *err);

/* Unmaps and proves it, see enum image_end; frees *imagep and sets it to
 * NULL.  Nothing of the image may be used after it. */
enum image_end image_unload(struct image **imagep);

/* The index in file->statements of the statement that a module passed to
 * ep_sql, or -1 when the pointer is none of its statements. */
int image_statement(const struct image *image, const char *pointer);

/* "gone", "retained", "kept". */
const char *image_end_name(enum image_end end);
