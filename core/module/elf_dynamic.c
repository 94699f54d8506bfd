/* SPDX-License-Identifier: BSD-2-Clause */

/* The dynamic segment: what ld.so will do with the file. */

#include "core/module/elf_view.h"

#include <stdio.h>
#include <string.h>

#define SYMBOLS_MAX 1000000u
#define NEEDED_MAX 64

struct table {
	uint64_t address, size, entry;
};

struct dynamic {
	struct table rel, rela, plt;
	uint64_t symbols, texts, hash, gnu_hash;
	uint64_t flags, flags_1;
	uint64_t init_array, fini_array;
	uint64_t rpath, soname;
	uint32_t n_rpath, n_init, n_fini;
	bool textrel, has_soname;
	uint64_t needed[NEEDED_MAX];
	uint32_t n_needed;
};

static ep_status
damaged(struct err *err, const struct elf_view *v, const char *what)
{
	return err_set(err, EP_REFUSED, "not_a_module", "%s: damaged: %s",
	    v->name, what);
}

/* Entries whose value is just kept. */
static const struct {
	int64_t tag;
	size_t at; /* of the uint64_t in struct dynamic */
} kept_entries[] = {
	{ DT_SYMTAB, offsetof(struct dynamic, symbols) },
	{ DT_STRTAB, offsetof(struct dynamic, texts) },
	{ DT_HASH, offsetof(struct dynamic, hash) },
	{ DT_GNU_HASH, offsetof(struct dynamic, gnu_hash) },
	{ DT_RELA, offsetof(struct dynamic, rela.address) },
	{ DT_RELASZ, offsetof(struct dynamic, rela.size) },
	{ DT_REL, offsetof(struct dynamic, rel.address) },
	{ DT_RELSZ, offsetof(struct dynamic, rel.size) },
	{ DT_JMPREL, offsetof(struct dynamic, plt.address) },
	{ DT_PLTRELSZ, offsetof(struct dynamic, plt.size) },
	{ DT_INIT_ARRAYSZ, offsetof(struct dynamic, init_array) },
	{ DT_FINI_ARRAYSZ, offsetof(struct dynamic, fini_array) },
	{ DT_FLAGS, offsetof(struct dynamic, flags) },
	{ DT_FLAGS_1, offsetof(struct dynamic, flags_1) },
	{ DT_SONAME, offsetof(struct dynamic, soname) },
	{ DT_RPATH, offsetof(struct dynamic, rpath) },
	{ DT_RUNPATH, offsetof(struct dynamic, rpath) },
};

static void
take_entry(struct dynamic *d, int64_t tag, uint64_t value)
{
	size_t i;

	for (i = 0; i < sizeof kept_entries / sizeof kept_entries[0]; i++)
		if (kept_entries[i].tag == tag)
			memcpy((char *)d + kept_entries[i].at, &value,
			    sizeof value);
	if (tag == DT_NEEDED) {
		if (d->n_needed < NEEDED_MAX)
			d->needed[d->n_needed] = value;
		d->n_needed++;
	}
	d->n_rpath += tag == DT_RPATH || tag == DT_RUNPATH;
	d->n_init += tag == DT_INIT || (tag == DT_PREINIT_ARRAYSZ && value > 0);
	d->n_fini += tag == DT_FINI;
	d->textrel |= tag == DT_TEXTREL;
	d->has_soname |= tag == DT_SONAME;
}

static ep_status
read_entries(const struct elf_view *v, const Elf64_Phdr *p, struct dynamic *d,
    struct err *err)
{
	const unsigned char *bytes;
	Elf64_Dyn entry;
	uint64_t at;

	/* ld.so goes by the address, not by the offset. */
	bytes = view_address(v, p->p_vaddr, p->p_filesz, NULL);
	if (bytes == NULL)
		return damaged(err, v, "its dynamic segment is not loaded");
	for (at = 0; at + sizeof entry <= p->p_filesz; at += sizeof entry) {
		memcpy(&entry, bytes + at, sizeof entry);
		if (entry.d_tag == DT_NULL)
			return EP_OK;
		take_entry(d, entry.d_tag, entry.d_un.d_val);
	}
	return damaged(err, v, "its dynamic segment has no end");
}

static ep_status
read_segments(const struct elf_view *v, struct module_traits *t,
    struct dynamic *d, uint64_t *span_out, struct err *err)
{
	const Elf64_Phdr *p;
	uint64_t low = UINT64_MAX, high = 0;
	uint32_t i, n = 0;

	t->exec_stack = true; /* what ld.so takes for granted */
	for (i = 0; i < v->n_segments; i++) {
		p = &v->segments[i];
		if (p->p_type == PT_GNU_STACK)
			t->exec_stack = (p->p_flags & PF_X) != 0;
		else if (p->p_type == PT_GNU_RELRO)
			t->relro = true;
		else if (p->p_type == PT_INTERP)
			return damaged(err, v, "it names an interpreter");
		else if (p->p_type == PT_DYNAMIC && n++ == 0)
			EP_TRY(read_entries(v, p, d, err));
		if (p->p_type != PT_LOAD)
			continue;
		t->write_exec |= (p->p_flags & (PF_W | PF_X)) == (PF_W | PF_X);
		low = p->p_vaddr < low ? p->p_vaddr : low;
		if (p->p_vaddr + p->p_memsz > high)
			high = p->p_vaddr + p->p_memsz;
	}
	if (n != 1)
		return damaged(err, v, "it has not one dynamic segment");
	if (low != 0)
		return damaged(err, v, "its image does not begin at 0");
	*span_out = high;
	return EP_OK;
}

static uint32_t
symbols_of_gnu_hash(const struct elf_view *v, uint64_t address)
{
	const unsigned char *p;
	uint32_t head[4], word, i, top = 0;
	uint64_t buckets, chains;

	p = view_address(v, address, sizeof head, NULL);
	if (p == NULL)
		return 0;
	memcpy(head, p, sizeof head);
	buckets = address + sizeof head + 8ull * head[2];
	chains = buckets + 4ull * head[0];
	p = view_address(v, buckets, 4ull * head[0], NULL);
	for (i = 0; p != NULL && i < head[0]; i++) {
		memcpy(&word, p + 4ull * i, sizeof word);
		top = word > top ? word : top;
	}
	if (top < head[1])
		return head[1];
	for (; top < SYMBOLS_MAX; top++) {
		p = view_address(v, chains + 4ull * (top - head[1]), 4, NULL);
		if (p == NULL)
			return 0;
		memcpy(&word, p, sizeof word);
		if ((word & 1) != 0)
			return top + 1;
	}
	return 0;
}

static uint32_t
symbols_of_hash(const struct elf_view *v, uint64_t address)
{
	const unsigned char *p = view_address(v, address, 8, NULL);
	uint32_t n;

	if (p == NULL)
		return 0;
	memcpy(&n, p + 4, sizeof n);
	return n;
}

static uint32_t
symbols_of_section(const struct elf_view *v, uint64_t address)
{
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < v->n_sections; i++)
		if (v->sections[i].sh_type == SHT_DYNSYM &&
		    v->sections[i].sh_addr == address)
			n = v->sections[i].sh_size / sizeof(Elf64_Sym);
	return n > SYMBOLS_MAX ? 0 : (uint32_t)n;
}

static bool
is_ifunc_relocation(uint16_t machine, uint32_t type)
{
	return machine == EM_X86_64 ? type == R_X86_64_IRELATIVE
				    : type == R_AARCH64_IRELATIVE;
}

/* Looks at every relocation; the highest symbol that one names raises
 * *n_symbols. */
static ep_status
read_relocations(const struct elf_view *v, const struct table *table,
    struct module_file *f, uint32_t *n_symbols, struct err *err)
{
	const unsigned char *p;
	Elf64_Rela r;
	uint64_t at;

	if (table->size == 0)
		return EP_OK;
	p = view_address(v, table->address, table->size, NULL);
	if (p == NULL || table->size % sizeof r != 0)
		return damaged(err, v, "its relocations");
	for (at = 0; at < table->size; at += sizeof r) {
		memcpy(&r, p + at, sizeof r);
		if (ELF64_R_SYM(r.r_info) >= SYMBOLS_MAX)
			return damaged(err, v, "its relocations");
		if (ELF64_R_SYM(r.r_info) >= *n_symbols)
			*n_symbols = (uint32_t)ELF64_R_SYM(r.r_info) + 1;
		if (is_ifunc_relocation(f->machine,
			(uint32_t)ELF64_R_TYPE(r.r_info)))
			f->traits.ifunc = true;
		if (f->sql_size != 0 && r.r_offset + 8 > f->sql_address &&
		    r.r_offset < f->sql_address + f->sql_size)
			f->traits.sql_relocated = true;
	}
	return EP_OK;
}

static void
take_symbol(struct module_file *f, const Elf64_Sym *s, const char *name,
    struct module_symbol *imports, struct module_symbol *exports)
{
	unsigned bind = ELF64_ST_BIND(s->st_info);
	unsigned type = ELF64_ST_TYPE(s->st_info);
	unsigned visibility = ELF64_ST_VISIBILITY(s->st_other);
	struct module_symbol one = { name, bind == STB_WEAK, type == STT_FUNC };

	if (type == STT_GNU_IFUNC)
		f->traits.ifunc = true;
	if (s->st_shndx == SHN_UNDEF) {
		if (imports != NULL)
			imports[f->n_imports] = one;
		f->n_imports++;
		return;
	}
	if (bind == STB_LOCAL || visibility == STV_HIDDEN ||
	    visibility == STV_INTERNAL)
		return;
	if (bind == STB_GNU_UNIQUE) {
		f->traits.unique = name;
		one.weak = true;
	}
	if (exports != NULL)
		exports[f->n_exports] = one;
	f->n_exports++;
}

static ep_status
read_symbols(const struct elf_view *v, const struct dynamic *d, uint32_t n,
    struct module_file *f, struct err *err)
{
	struct module_symbol *imports = NULL, *exports = NULL;
	const unsigned char *p;
	const char *name;
	Elf64_Sym s;
	uint32_t i;
	int pass;

	if (n > SYMBOLS_MAX)
		return damaged(err, v, "its symbols");
	p = view_address(v, d->symbols, (uint64_t)n * sizeof s, NULL);
	if (n == 0 || p == NULL)
		return damaged(err, v, "its symbols");
	for (pass = 0; pass < 2; pass++) {
		f->n_imports = f->n_exports = 0;
		for (i = 1; i < n; i++) {
			memcpy(&s, p + (uint64_t)i * sizeof s, sizeof s);
			name = view_text(v, d->texts + s.st_name);
			if (name == NULL)
				return damaged(err, v, "the name of a symbol");
			take_symbol(f, &s, name, imports, exports);
		}
		if (pass > 0)
			break;
		imports = arena_array(v->arena, f->n_imports + 1,
		    sizeof *imports);
		exports = arena_array(v->arena, f->n_exports + 1,
		    sizeof *exports);
	}
	f->imports = imports;
	f->exports = exports;
	return EP_OK;
}

static ep_status
read_needed(const struct elf_view *v, const struct dynamic *d,
    struct module_file *f, struct err *err)
{
	const char **list;
	uint32_t i;

	if (d->n_needed > NEEDED_MAX)
		return damaged(err, v, "it needs too many libraries");
	list = arena_array(v->arena, d->n_needed + 1, sizeof *list);
	for (i = 0; i < d->n_needed; i++) {
		list[i] = view_text(v, d->texts + d->needed[i]);
		if (list[i] == NULL)
			return damaged(err, v, "the name of a library");
	}
	f->needed = list;
	f->n_needed = d->n_needed;
	return EP_OK;
}

/* The GNU build id, as hexadecimal. */
static const char *
read_build_id(const struct elf_view *v)
{
	const unsigned char *p;
	const Elf64_Shdr *s;
	char text[2 * 64 + 1] = "";
	uint32_t size, i, k;

	for (i = 1; i < v->n_sections; i++) {
		s = &v->sections[i];
		if (strcmp(view_section_name(v, i), ".note.gnu.build-id") != 0)
			continue;
		p = view_at(v, s->sh_offset, s->sh_size);
		if (p == NULL || s->sh_size < 16)
			return NULL;
		memcpy(&size, p + 4, sizeof size);
		if (size > 64 || size > s->sh_size - 16)
			return NULL;
		for (k = 0; k < size; k++)
			(void)snprintf(text + (size_t)2 * k, 3, "%02x",
			    p[16 + k]);
		return arena_strdup(v->arena, text);
	}
	return NULL;
}

static void
read_traits(const struct elf_view *v, const struct dynamic *d,
    struct module_file *f)
{
	struct module_traits *t = &f->traits;

	t->textrel = d->textrel || (d->flags & DF_TEXTREL) != 0;
	t->static_tls = (d->flags & DF_STATIC_TLS) != 0;
	t->bind_now = (d->flags & DF_BIND_NOW) != 0 ||
	    (d->flags_1 & DF_1_NOW) != 0;
	t->nodelete = (d->flags_1 & DF_1_NODELETE) != 0;
	t->constructors = d->n_init + (uint32_t)(d->init_array / 8);
	t->destructors = d->n_fini + (uint32_t)(d->fini_array / 8);
	if (d->n_rpath > 0) {
		t->rpath = view_text(v, d->texts + d->rpath);
		if (t->rpath == NULL)
			t->rpath = "(damaged)";
	}
	if (d->has_soname)
		t->soname = view_text(v, d->texts + d->soname);
	t->build_id = read_build_id(v);
}

ep_status
view_read_dynamic(const struct elf_view *v, struct module_file *f,
    struct err *err)
{
	struct dynamic d;
	uint32_t n, other;

	memset(&d, 0, sizeof d);
	EP_TRY(read_segments(v, &f->traits, &d, &f->span, err));
	if (d.rel.size != 0)
		return damaged(err, v, "relocations of a 32-bit kind");
	n = symbols_of_section(v, d.symbols);
	other = d.gnu_hash != 0 ? symbols_of_gnu_hash(v, d.gnu_hash) : 0;
	n = other > n ? other : n;
	other = d.hash != 0 ? symbols_of_hash(v, d.hash) : 0;
	n = other > n ? other : n;
	EP_TRY(read_relocations(v, &d.rela, f, &n, err));
	EP_TRY(read_relocations(v, &d.plt, f, &n, err));
	EP_TRY(read_symbols(v, &d, n, f, err));
	EP_TRY(read_needed(v, &d, f, err));
	read_traits(v, &d, f);
	return EP_OK;
}
