/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/loader.h"

#include "core/module/policy.h"
#include "core/module/store_file.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef const struct ep_module *entry_fn(const struct ep_host *);

const char *
image_end_name(enum image_end end)
{
	static const char *const names[] = { "gone", "retained", "kept" };

	return names[end];
}

static ep_status
refuse(struct err *err, const struct image *image, const char *words)
{
	return err_set(err, EP_REFUSED, "binding", "%s: %s",
	    image->manifest->name, words);
}

/* Is the range within a segment with at least these PF_ flags? */
struct range {
	uint64_t base, from, length;
	uint32_t flags;
	bool found;
};

static int
look_at_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct range *range = arg;
	const ElfW(Phdr) * p;
	uint64_t start;
	int i;

	(void)size;
	if (info->dlpi_addr != range->base)
		return 0;
	for (i = 0; i < info->dlpi_phnum; i++) {
		p = &info->dlpi_phdr[i];
		start = info->dlpi_addr + p->p_vaddr;
		if (p->p_type == PT_LOAD &&
		    (p->p_flags & range->flags) == range->flags &&
		    range->from >= start && range->length <= p->p_memsz &&
		    range->from - start <= p->p_memsz - range->length)
			range->found = true;
	}
	return 1;
}

static bool
image_has(const struct image *image, const void *p, uint64_t length,
    uint32_t flags)
{
	struct range range = { image->base, (uintptr_t)p, length, flags,
		false };

	(void)dl_iterate_phdr(look_at_object, &range);
	return range.found;
}

/* A text of the image of at most 128 bytes. */
static bool
image_has_text(const struct image *image, const char *s)
{
	size_t i;

	for (i = 0; i < 128 && image_has(image, s + i, 1, PF_R); i++)
		if (s[i] == '\0')
			return true;
	return false;
}

static ep_status
bind_operation(struct image *image, const struct ep_binding *b, struct err *err)
{
	const struct manifest *m = image->manifest;
	const struct manifest_operation *op;
	size_t i;

	op = manifest_operation_find(m, b->name);
	if (op == NULL)
		return err_set(err, EP_REFUSED, "binding",
		    "%s: EP_OPERATION(\"%s\") has no operationId in "
		    "openapi.yaml",
		    m->name, b->name);
	i = (size_t)(op - m->operations);
	if (image->handlers[i] != NULL)
		return err_set(err, EP_REFUSED, "binding",
		    "%s: EP_OPERATION(\"%s\") stands twice in EP_MODULE",
		    m->name, b->name);
	image->handlers[i] = b->run;
	return EP_OK;
}

static ep_status
bind_build(struct image *image, const struct ep_binding *b, struct err *err)
{
	const struct manifest *m = image->manifest;
	uint32_t i;

	for (i = 0; i < m->n_snapshots; i++)
		if (strcmp(m->snapshots[i].name, b->name) == 0)
			break;
	if (i == m->n_snapshots)
		return err_set(err, EP_REFUSED, "binding",
		    "%s: EP_BUILD(\"%s\") is not among x-entrepot.snapshots "
		    "of openapi.yaml",
		    m->name, b->name);
	if (image->builders[i] != NULL)
		return err_set(err, EP_REFUSED, "binding",
		    "%s: EP_BUILD(\"%s\") stands twice in EP_MODULE", m->name,
		    b->name);
	image->builders[i] = b->run;
	return EP_OK;
}

static ep_status
bind_once(struct image *image, ep_handler **to, const struct ep_binding *b,
    struct err *err)
{
	if (*to != NULL)
		return err_set(err, EP_REFUSED, "binding",
		    "%s: has two functions for %s", image->manifest->name,
		    b->name);
	*to = b->run;
	return EP_OK;
}

static ep_status
bind(struct image *image, const struct ep_binding *b, struct err *err)
{
	if (!image_has_text(image, b->name))
		return refuse(err, image, "a name in its table is damaged");
	if (b->kind == EP_BIND_STATE) {
		if (image->state_size != 0 || b->size == 0)
			return refuse(err, image,
			    "EP_STATE stands twice or is empty");
		image->state_size = b->size;
		return EP_OK;
	}
	if (b->run == NULL ||
	    !image_has(image, (const void *)(uintptr_t)b->run, 1, PF_X))
		return err_set(err, EP_REFUSED, "binding",
		    "%s: the function bound to %s is not in its code",
		    image->manifest->name, b->name);
	switch (b->kind) {
	case EP_BIND_OPERATION:
		return bind_operation(image, b, err);
	case EP_BIND_START:
		return bind_once(image, &image->start, b, err);
	case EP_BIND_STOP:
		return bind_once(image, &image->stop, b, err);
	case EP_BIND_HEALTH:
		return bind_once(image, &image->health, b, err);
	case EP_BIND_SAVE:
		return bind_once(image, &image->save, b, err);
	case EP_BIND_RESTORE:
		return bind_once(image, &image->restore, b, err);
	case EP_BIND_BUILD:
		return bind_build(image, b, err);
	default:
		return refuse(err, image,
		    "its table has a row of a newer kind; update the host");
	}
}

static ep_status
check_complete(const struct image *image, struct err *err)
{
	const struct manifest *m = image->manifest;
	uint32_t i;

	for (i = 0; i < m->n_operations; i++)
		if (image->handlers[i] == NULL)
			return err_set(err, EP_REFUSED, "binding",
			    "%s: operation %s is declared in openapi.yaml and "
			    "has no EP_OPERATION",
			    m->name, m->operations[i].id);
	for (i = 0; i < m->n_snapshots; i++)
		if (image->builders[i] == NULL)
			return err_set(err, EP_REFUSED, "binding",
			    "%s: snapshot %s is declared in openapi.yaml and "
			    "has no EP_BUILD",
			    m->name, m->snapshots[i].name);
	return EP_OK;
}

/* What entrepot_module_v1() returned, against the note. */
static ep_status
check_module(const struct image *image, struct err *err)
{
	const struct ep_module *m = image->module;
	const struct module_file *f = image->file;

	if (m == NULL || !image_has(image, m, sizeof *m, PF_R))
		return refuse(err, image, "its table is not in its image");
	if (m->size < sizeof *m ||
	    m->abi != (f->abi_major << 16 | f->minor_built))
		return refuse(err, image,
		    "its table and its note name different ABI versions");
	if (m->binding_size < sizeof(struct ep_binding) ||
	    m->binding_size > 4096 || m->n_bindings == 0 ||
	    m->n_bindings > 65536 ||
	    !image_has(image, m->bindings,
		(uint64_t)m->binding_size * m->n_bindings, PF_R))
		return refuse(err, image, "its table is damaged");
	return EP_OK;
}

static ep_status
bind_all(struct image *image, struct err *err)
{
	const struct ep_module *m = image->module;
	struct ep_binding b;
	uint32_t i;

	EP_TRY(check_module(image, err));
	for (i = 0; i < m->n_bindings; i++) {
		memcpy(&b,
		    (const char *)m->bindings + (size_t)i * m->binding_size,
		    sizeof b);
		EP_TRY(bind(image, &b, err));
	}
	return check_complete(image, err);
}

/* Threads, exit handlers and thread-local destructors of a library may
 * outlive the module that brought it in. */
static void
pin_libraries(const struct image *image)
{
	const struct module_file *f = image->file;
	const char *const *word = image->manifest->libraries;

	for (; word != NULL && *word != NULL; word++)
		for (uint32_t i = 0; i < f->n_needed; i++) {
			void *library;

			if (!policy_library_matches(f->needed[i], *word))
				continue;
			library = dlopen(f->needed[i],
			    RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
			if (library != NULL)
				(void)dlclose(library);
		}
}

static bool
keep_images(void)
{
	const char *keep = getenv("ENTREPOT_KEEP_IMAGES");
	const char *preload = getenv("LD_PRELOAD");

	return IMAGE_KEEP_ALWAYS || (keep != NULL && strcmp(keep, "1") == 0) ||
	    (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

static ep_status
open_image(struct image *image, const struct ep_host *host, struct err *err)
{
	struct link_map *map = NULL;
	entry_fn *entry;
	void *old, *symbol;

	old = dlopen(image->path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
	if (old != NULL) {
		(void)dlclose(old);
		return err_set(err, EP_INTERNAL, "load",
		    "%s: generation %" PRIu64 " is loaded already",
		    image->manifest->name, image->generation);
	}
	image->handle = dlopen(image->path, RTLD_NOW | RTLD_LOCAL);
	if (image->handle == NULL)
		return err_set(err, EP_REFUSED, "load", "%s: %s",
		    image->manifest->name, dlerror());
	pin_libraries(image);
	if (dlinfo(image->handle, RTLD_DI_LINKMAP, &map) != 0 || map == NULL)
		return refuse(err, image, "ld.so does not know where it is");
	image->base = map->l_addr;
	symbol = dlsym(image->handle, MODULE_ENTRY);
	if (symbol == NULL || !image_has(image, symbol, 1, PF_X))
		return refuse(err, image, "has no " MODULE_ENTRY "()");
	memcpy(&entry, &symbol, sizeof entry);
	image->module = entry(host);
	return bind_all(image, err);
}

static struct image *
image_new(const struct image_source *source)
{
	const struct manifest *m = source->manifest;
	struct image *image = calloc(1, sizeof *image);

	EP_ASSERT(image != NULL);
	image->magic = IMAGE_MAGIC;
	image->file = source->file;
	image->manifest = m;
	image->generation = source->generation;
	image->handlers = calloc(m->n_operations + 1u, sizeof *image->handlers);
	image->builders = calloc(m->n_snapshots + 1u, sizeof *image->builders);
	EP_ASSERT(image->handlers != NULL && image->builders != NULL);
	return image;
}

ep_status
image_load(const struct image_source *source, struct image **image_out,
    struct err *err)
{
	struct image *image;
	const char *path;
	struct arena *a;
	ep_status st;

	EP_CHECK(source->file, MODULE_FILE_MAGIC);
	EP_CHECK(source->manifest, MANIFEST_MAGIC);
	image = image_new(source);
	a = arena_new(4096);
	st = store_file_copy(a, source->folder, source->file,
	    source->generation, &path, err);
	if (st == EP_OK) {
		image->path = strdup(path);
		EP_ASSERT(image->path != NULL);
		st = open_image(image, source->host, err);
		if (!keep_images())
			(void)unlink(image->path);
	}
	arena_free(&a);
	if (st != EP_OK)
		(void)image_unload(&image);
	else
		*image_out = image;
	return st;
}

static int
has_path(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	return info->dlpi_name != NULL && strcmp(info->dlpi_name, arg) == 0;
}

static enum image_end
close_handle(struct image *image)
{
	void *still;

	if (image->handle == NULL)
		return IMAGE_GONE;
	if (keep_images())
		return IMAGE_KEPT;
	if (dlclose(image->handle) != 0)
		return IMAGE_RETAINED;
	still = dlopen(image->path, RTLD_LAZY | RTLD_NOLOAD);
	if (still != NULL) {
		/* Gives back only the reference just taken. */
		(void)dlclose(still);
		return IMAGE_RETAINED;
	}
	if (dl_iterate_phdr(has_path, image->path) != 0)
		return IMAGE_RETAINED;
	return IMAGE_GONE;
}

enum image_end
image_unload(struct image **imagep)
{
	struct image *image = *imagep;
	enum image_end end;

	EP_CHECK(image, IMAGE_MAGIC);
	end = close_handle(image);
	image->magic = 0;
	free(image->path);
	free(image->handlers);
	free(image->builders);
	free(image);
	*imagep = NULL;
	return end;
}

int
image_statement(const struct image *image, const char *pointer)
{
	const struct module_file *f = image->file;
	uint64_t address = (uintptr_t)pointer - image->base;
	uint32_t low = 0, high = f->n_statements, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (f->statements[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < f->n_statements && f->statements[low].address == address)
		return (int)low;
	return -1;
}
