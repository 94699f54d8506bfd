/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/elf.h"

#include "core/module/elf_view.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENTS_MAX 64
#define SECTIONS_MAX 1024
#define STATEMENTS_MAX 65536
#define FILES_MAX 4096 /* each name is compared with all others */
#define RECORD_SQL 1
#define RECORD_FILE 2
#define NOTE_ABI 1
#define NOTE_IDENTITY 2

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#define MACHINE_NAME "x86-64"
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#define MACHINE_NAME "aarch64"
#else
#error "modules are loaded on x86-64 and aarch64"
#endif

static ep_status
refuse(struct err *err, const struct elf_view *v, const char *words)
{
	return err_set(err, EP_REFUSED, "not_a_module", "%s: %s", v->name,
	    words);
}

const unsigned char *
view_address(const struct elf_view *v, uint64_t address, uint64_t length,
    uint64_t *left_out)
{
	const Elf64_Phdr *p;
	uint64_t at;
	uint32_t i;

	for (i = 0; i < v->n_segments; i++) {
		p = &v->segments[i];
		if (p->p_type != PT_LOAD || address < p->p_vaddr)
			continue;
		at = address - p->p_vaddr;
		if (at >= p->p_filesz || length > p->p_filesz - at)
			continue;
		if (view_at(v, p->p_offset, p->p_filesz) == NULL)
			return NULL;
		if (left_out != NULL)
			*left_out = p->p_filesz - at;
		return v->bytes + p->p_offset + at;
	}
	return NULL;
}

const char *
view_text(const struct elf_view *v, uint64_t address)
{
	const unsigned char *p;
	uint64_t left;

	p = view_address(v, address, 1, &left);
	if (p == NULL || memchr(p, 0, left) == NULL)
		return NULL;
	return (const char *)p;
}

const char *
view_section_name(const struct elf_view *v, uint32_t i)
{
	uint32_t at = v->sections[i].sh_name;

	if (at >= v->names_size ||
	    memchr(v->names + at, 0, v->names_size - at) == NULL)
		return "";
	return v->names + at;
}

static ep_status
check_header(const struct elf_view *v, struct err *err)
{
	const Elf64_Ehdr *h = &v->header;

	if (h->e_type != ET_DYN)
		return refuse(err, v,
		    "not a shared object; link it with -shared");
	if (h->e_machine != MACHINE)
		return refuse(err, v,
		    "built for another machine than this host (" MACHINE_NAME
		    "); build it here or with a compiler for " MACHINE_NAME);
	return EP_OK;
}

static ep_status
read_segments(struct elf_view *v, Elf *elf, struct err *err)
{
	GElf_Phdr p;
	size_t n, i;

	if (elf_getphdrnum(elf, &n) != 0 || n == 0 || n > SEGMENTS_MAX)
		return refuse(err, v, "its program headers are damaged");
	v->segments = arena_array(v->arena, n, sizeof *v->segments);
	for (i = 0; i < n; i++) {
		if (gelf_getphdr(elf, (int)i, &p) == NULL)
			return refuse(err, v,
			    "its program headers are damaged");
		if (p.p_type == PT_LOAD &&
		    (view_at(v, p.p_offset, p.p_filesz) == NULL ||
			p.p_memsz < p.p_filesz || p.p_vaddr > UINT64_MAX / 2 ||
			p.p_memsz > UINT64_MAX / 4))
			return refuse(err, v,
			    "truncated: a segment lies outside the file");
		v->segments[i] = p;
	}
	v->n_segments = (uint32_t)n;
	return EP_OK;
}

static ep_status
read_sections(struct elf_view *v, Elf *elf, struct err *err)
{
	GElf_Shdr s;
	Elf_Scn *scn;
	size_t n, i, names;

	if (elf_getshdrnum(elf, &n) != 0 || n == 0 || n > SECTIONS_MAX ||
	    elf_getshdrstrndx(elf, &names) != 0 || names >= n)
		return refuse(err, v,
		    "its section headers are missing or damaged");
	v->sections = arena_array(v->arena, n, sizeof *v->sections);
	for (i = 0; i < n; i++) {
		scn = elf_getscn(elf, i);
		if (scn == NULL || gelf_getshdr(scn, &s) == NULL)
			return refuse(err, v,
			    "its section headers are damaged");
		v->sections[i] = s;
	}
	v->n_sections = (uint32_t)n;
	v->names_size = v->sections[names].sh_size;
	v->names = (const char *)view_at(v, v->sections[names].sh_offset,
	    v->names_size);
	if (v->names == NULL)
		return refuse(err, v, "truncated: no section names");
	return EP_OK;
}

/* libelf takes the headers apart, nothing else: the rest is read by us with
 * our own checks. */
static ep_status
read_headers(struct elf_view *v, struct err *err)
{
	GElf_Ehdr header;
	ep_status st;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, EP_INTERNAL, NULL,
		    "libelf does not know the present version of ELF");
	/* libelf wants char *, but does not write to it. */
	elf = elf_memory((char *)(uintptr_t)v->bytes, v->size);
	if (elf == NULL || elf_kind(elf) != ELF_K_ELF ||
	    gelf_getehdr(elf, &header) == NULL) {
		(void)elf_end(elf);
		return refuse(err, v, "not an ELF file");
	}
	v->header = header;
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB)
		st = refuse(err, v,
		    "not a 64-bit little-endian file; build it with -m64");
	else
		st = check_header(v, err);
	if (st == EP_OK)
		st = read_segments(v, elf, err);
	if (st == EP_OK)
		st = read_sections(v, elf, err);
	(void)elf_end(elf);
	return st;
}

/* The bytes of one of our sections, which must be part of the image exactly
 * where the section header says.  NULL and EP_OK when there is none. */
static ep_status
find_section(const struct elf_view *v, const char *name, const Elf64_Shdr **out,
    const unsigned char **bytes_out, struct err *err)
{
	const Elf64_Shdr *s;
	uint32_t i;

	*out = NULL;
	*bytes_out = NULL;
	for (i = 1; i < v->n_sections; i++) {
		s = &v->sections[i];
		if (strcmp(view_section_name(v, i), name) != 0 ||
		    s->sh_size == 0)
			continue;
		if (*out != NULL)
			return err_set(err, EP_REFUSED, "not_a_module",
			    "%s: has two sections %s", v->name, name);
		if ((s->sh_flags & SHF_ALLOC) == 0 ||
		    (s->sh_flags & (SHF_WRITE | SHF_EXECINSTR)) != 0 ||
		    s->sh_type == SHT_NOBITS)
			return err_set(err, EP_REFUSED, "not_a_module",
			    "%s: section %s must be constant data of the image",
			    v->name, name);
		*bytes_out = view_at(v, s->sh_offset, s->sh_size);
		if (*bytes_out == NULL ||
		    view_address(v, s->sh_addr, s->sh_size, NULL) != *bytes_out)
			return err_set(err, EP_REFUSED, "not_a_module",
			    "%s: section %s lies outside of the image", v->name,
			    name);
		*out = s;
	}
	return EP_OK;
}

static uint32_t
word_at(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static ep_status
read_identity(const struct elf_view *v, struct module_file *f,
    const unsigned char *p, uint32_t size, struct err *err)
{
	const unsigned char *end = memchr(p, 0, size);
	const char *version;

	if (end == NULL || end == p)
		return refuse(err, v, "its identity note is damaged");
	version = (const char *)end + 1;
	size -= (uint32_t)(end - p) + 1;
	if (size == 0 || memchr(version, 0, size) == NULL || version[0] == 0)
		return refuse(err, v, "its identity note has no version");
	if (f->name != NULL)
		return refuse(err, v, "has two identity notes");
	f->name = (const char *)p;
	f->version = version;
	return EP_OK;
}

static ep_status
read_abi(const struct elf_view *v, struct module_file *f,
    const unsigned char *p, uint32_t size, struct err *err)
{
	if (size < 16)
		return refuse(err, v, "its ABI note is damaged");
	if (f->abi_major != 0)
		return refuse(err, v,
		    "has two ABI notes; EP_MODULE stands once in a module");
	f->abi_major = word_at(p);
	f->minor_needed = word_at(p + 4);
	f->minor_built = word_at(p + 8);
	f->state_version = word_at(p + 12);
	if (f->abi_major == 0)
		return refuse(err, v, "its ABI note is damaged");
	return EP_OK;
}

static ep_status
read_notes(const struct elf_view *v, struct module_file *f, struct err *err)
{
	const Elf64_Shdr *s;
	const unsigned char *p;
	uint32_t name_size, size, type;
	uint64_t left, all;

	EP_TRY(find_section(v, ".note.entrepot", &s, &p, err));
	for (left = s != NULL ? s->sh_size : 0; left >= 12; left -= all) {
		name_size = word_at(p);
		size = word_at(p + 4);
		type = word_at(p + 8);
		all = 12 + (((uint64_t)name_size + 3) & ~3ull) +
		    (((uint64_t)size + 3) & ~3ull);
		if (name_size != 9 || memcmp(p + 12, "entrepot", 9) != 0 ||
		    all > left)
			return refuse(err, v, "its notes are damaged");
		if (type == NOTE_ABI)
			EP_TRY(read_abi(v, f, p + 24, size, err));
		else if (type == NOTE_IDENTITY)
			EP_TRY(read_identity(v, f, p + 24, size, err));
		p += all;
	}
	if (f->abi_major == 0)
		return refuse(err, v,
		    "no ABI note: not an Entrepot module; end one of its files "
		    "with EP_MODULE()");
	EP_TRY(module_abi_check(f->abi_major, f->minor_needed, f->minor_built,
	    err));
	if (f->name == NULL)
		return refuse(err, v,
		    "no identity note; link the output of entrepot-embed");
	return EP_OK;
}

/* One terminated text of a record; advances. */
static const char *
take_text(const unsigned char **p, uint64_t *left)
{
	const unsigned char *start = *p, *end;

	end = *left > 0 ? memchr(start, 0, *left) : NULL;
	if (end == NULL)
		return NULL;
	*left -= (uint64_t)(end - start) + 1;
	*p = end + 1;
	return (const char *)start;
}

static bool
take_file(const unsigned char **p, uint64_t *left, struct module_data *out)
{
	out->name = take_text(p, left);
	if (out->name == NULL || out->name[0] == '\0' || *left < 4)
		return false;
	out->length = word_at(*p);
	*p += 4;
	*left -= 4;
	if (out->length > *left)
		return false;
	out->bytes = (const char *)*p;
	*p += out->length;
	*left -= out->length;
	return true;
}

static ep_status
read_files(const struct elf_view *v, struct module_file *f, struct err *err)
{
	struct module_data *files = NULL, one;
	const unsigned char *start, *p;
	const Elf64_Shdr *s;
	uint64_t left;
	uint32_t n, i;
	int pass;

	EP_TRY(find_section(v, "ep_files_v1", &s, &start, err));
	if (s == NULL)
		return refuse(err, v,
		    "no embedded files; link the output of entrepot-embed");
	for (pass = 0; pass < 2; pass++) {
		for (n = 0, p = start, left = s->sh_size; left > 0;) {
			left--;
			if (*p++ == 0) /* padding */
				continue;
			if (p[-1] != RECORD_FILE || n == FILES_MAX ||
			    !take_file(&p, &left, &one))
				return refuse(err, v,
				    "its embedded files are damaged");
			if (files != NULL)
				files[n] = one;
			n++;
		}
		if (files == NULL)
			files = arena_array(v->arena, n + 1, sizeof *files);
		f->n_files = n;
	}
	f->files = files;
	for (i = 0; i < n; i++)
		if (module_file_find(f, files[i].name) != &files[i])
			return err_set(err, EP_REFUSED, "not_a_module",
			    "%s: embeds %.200s twice", v->name, files[i].name);
	return EP_OK;
}

static bool
take_statement(const unsigned char **p, uint64_t *left,
    struct module_statement *out)
{
	out->name = take_text(p, left);
	out->where = take_text(p, left);
	out->text = take_text(p, left);
	return out->text != NULL && out->name[0] != '\0';
}

static ep_status
read_statements(const struct elf_view *v, struct module_file *f,
    struct err *err)
{
	struct module_statement *list = NULL, one;
	const unsigned char *start, *p;
	const Elf64_Shdr *s;
	uint64_t left;
	uint32_t n;
	int pass;

	EP_TRY(find_section(v, "ep_sql_v1", &s, &start, err));
	if (s == NULL)
		return EP_OK;
	for (pass = 0; pass < 2; pass++) {
		for (n = 0, p = start, left = s->sh_size; left > 0;) {
			left--;
			if (*p++ == 0)
				continue;
			one.offset = (uint32_t)(p - 1 - start);
			one.address = s->sh_addr + one.offset;
			if (p[-1] != RECORD_SQL || n == STATEMENTS_MAX ||
			    !take_statement(&p, &left, &one))
				return refuse(err, v,
				    "its statements are damaged");
			if (list != NULL)
				list[n] = one;
			n++;
		}
		if (list == NULL)
			list = arena_array(v->arena, n + 1, sizeof *list);
		f->n_statements = n;
	}
	f->statements = list;
	f->sql_address = s->sh_addr;
	f->sql_size = s->sh_size;
	return EP_OK;
}

static ep_status
hash(struct module_file *f, struct err *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	size_t i;

	if (EVP_Digest(f->bytes, f->size, digest, &n, EVP_sha256(), NULL) != 1)
		return err_set(err, EP_INTERNAL, NULL,
		    "%s: SHA-256 is not available", f->path);
	for (i = 0; i < n && i < 32; i++)
		(void)snprintf(f->sha256 + 2 * i, 3, "%02x", digest[i]);
	return EP_OK;
}

static ep_status
parse(struct arena *a, struct module_file *f, struct err *err)
{
	struct elf_view v = { .arena = a, .name = f->path, .bytes = f->bytes };

	v.size = f->size;
	if (f->sha256[0] == '\0')
		EP_TRY(hash(f, err));
	EP_TRY(read_headers(&v, err));
	f->machine = v.header.e_machine;
	EP_TRY(read_notes(&v, f, err));
	EP_TRY(read_files(&v, f, err));
	EP_TRY(read_statements(&v, f, err));
	return view_read_dynamic(&v, f, err);
}

static struct module_file *
file_new(struct arena *a, const char *name, const unsigned char *bytes,
    size_t size)
{
	struct module_file *f = arena_alloc(a, sizeof *f);

	f->magic = MODULE_FILE_MAGIC;
	f->path = arena_strdup(a, name);
	f->bytes = bytes;
	f->size = size;
	return f;
}

/* All bytes of an open regular file of that size. */
static ep_status
read_all(int fd, const char *path, unsigned char *to, size_t size,
    struct err *err)
{
	size_t at = 0;
	ssize_t n;

	while (at < size) {
		n = read(fd, to + at, size - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, EP_UNAVAILABLE, "unreadable",
			    "%s: cannot be read: %s", path, strerror(errno));
		if (n == 0)
			return err_set(err, EP_UNAVAILABLE, "unreadable",
			    "%s: became shorter while it was read; write it "
			    "under another name and rename it",
			    path);
		at += (size_t)n;
	}
	return EP_OK;
}

static ep_status
read_file(struct arena *a, int fd, const char *path, const char *sha256,
    struct module_file **out, struct err *err)
{
	unsigned char *bytes;
	struct stat st;
	size_t size;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, EP_REFUSED, "not_a_module",
		    "%s: not a regular file", path);
	if (st.st_size > MODULE_FILE_MAX)
		return err_set(err, EP_TOO_LARGE, NULL,
		    "%s: larger than %u MiB", path, MODULE_FILE_MAX >> 20);
	size = (size_t)st.st_size;
	bytes = arena_raw(a, size + 1);
	bytes[size] = 0;
	EP_TRY(read_all(fd, path, bytes, size, err));
	*out = file_new(a, path, bytes, size);
	(void)snprintf((*out)->sha256, sizeof(*out)->sha256, "%s", sha256);
	return parse(a, *out, err);
}

ep_status
module_file_open(struct arena *a, const char *path, struct module_file **out,
    struct err *err)
{
	return module_file_open_known(a, path, "", out, err);
}

ep_status
module_file_open_known(struct arena *a, const char *path, const char *sha256,
    struct module_file **out, struct err *err)
{
	ep_status st;
	int fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err,
		    errno == ENOENT ? EP_NOT_FOUND : EP_UNAVAILABLE,
		    "unreadable", "%s: cannot be opened: %s", path,
		    strerror(errno));
	st = read_file(a, fd, path, sha256, out, err);
	(void)close(fd);
	return st;
}

ep_status
module_file_parse(struct arena *a, const char *name, const void *bytes,
    size_t size, struct module_file **out, struct err *err)
{
	if (size > MODULE_FILE_MAX)
		return err_set(err, EP_TOO_LARGE, NULL,
		    "%s: larger than %u MiB", name, MODULE_FILE_MAX >> 20);
	*out = file_new(a, name,
	    (const unsigned char *)arena_copy(a, bytes, size), size);
	return parse(a, *out, err);
}

const struct module_data *
module_file_find(const struct module_file *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->n_files; i++)
		if (strcmp(f->files[i].name, name) == 0)
			return &f->files[i];
	return NULL;
}

ep_status
module_abi_check(uint32_t major, uint32_t minor_needed, uint32_t minor_built,
    struct err *err)
{
	if (major == EP_ABI_MAJOR && minor_needed <= EP_ABI_MINOR &&
	    minor_needed <= minor_built)
		return EP_OK;
	if (major == EP_ABI_MAJOR && minor_needed > minor_built)
		return err_set(err, EP_REFUSED, "abi",
		    "module needs ABI %u.%u but was built with %u.%u", major,
		    minor_needed, major, minor_built);
	if (major == EP_ABI_MAJOR)
		return err_set(err, EP_REFUSED, "abi",
		    "module needs ABI %u.%u or newer, this host offers %d.%d; "
		    "update the host, or build the module with "
		    "-DEP_TARGET_MINOR=%d",
		    major, minor_needed, EP_ABI_MAJOR, EP_ABI_MINOR,
		    EP_ABI_MINOR);
	return err_set(err, EP_REFUSED, "abi",
	    "module needs ABI %u.%u or a newer %u.x, this host offers %d.%d; "
	    "build the module with this host's entrepot.h",
	    major, minor_needed, major, EP_ABI_MAJOR, EP_ABI_MINOR);
}
