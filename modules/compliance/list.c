/* SPDX-License-Identifier: BSD-2-Clause */

#include "list.h"

#include "list_entry.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int reader_fn(struct list_run *run);

struct format {
	const char *name;
	reader_fn *read;
};

static const struct format formats[LIST_FORMATS] = {
	[LIST_OFAC_CSV] = { "ofac-csv", list_read_ofac_csv },
	[LIST_OFAC_XML] = { "ofac-xml", list_read_ofac_xml },
	[LIST_UN_XML] = { "un-xml", list_read_un_xml },
	[LIST_EU_XML] = { "eu-xml", list_read_eu_xml },
	[LIST_CSV] = { "csv", list_read_csv },
	[LIST_JSONL] = { "jsonl", list_read_jsonl },
};

static const char *const type_names[] = { "any", "individual", "entity",
	"vessel", "aircraft" };

enum list_format
list_format_find(const char *text, size_t len)
{
	int i;

	for (i = 0; i < LIST_FORMATS; i++) {
		if (strlen(formats[i].name) == len &&
		    memcmp(formats[i].name, text, len) == 0)
			return (enum list_format)i;
	}
	return LIST_FORMATS;
}

enum party_type
party_type_find(const char *text, size_t len)
{
	int i;

	for (i = 1; i <= PARTY_AIRCRAFT; i++) {
		if (strlen(type_names[i]) == len &&
		    memcmp(type_names[i], text, len) == 0)
			return (enum party_type)i;
	}
	return PARTY_ANY;
}

const char *
party_type_name(enum party_type type)
{
	return type_names[type];
}

static void
digest(const struct list_input *input, char *hex)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n = 0, i;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t k;

	if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		abort();
	for (k = 0; k < input->file_count; k++) {
		if (EVP_DigestUpdate(md, input->files[k].text,
			input->files[k].len) != 1)
			abort();
	}
	if (EVP_DigestFinal_ex(md, sum, &n) != 1)
		abort();
	EVP_MD_CTX_free(md);
	for (i = 0; i < n && i < 32; i++)
		snprintf(hex + (size_t)i * 2, 3, "%02x", sum[i]);
}

int
list_read(const struct list_input *input, list_entry_fn *fn, void *ctx,
    struct list_outcome *outcome_out)
{
	struct list_run *run = calloc(1, sizeof(*run));
	int rc;

	if (run == NULL)
		abort();
	memset(outcome_out, 0, sizeof(*outcome_out));
	run->input = input;
	run->fn = fn;
	run->ctx = ctx;
	run->outcome = outcome_out;
	run->entry.pool = pool_new(65536);
	run->entry.memory = pool_memory(run->entry.pool);
	digest(input, outcome_out->sha256);
	rc = formats[input->format].read(run);
	if (rc == 0 && outcome_out->entries == 0 && !run->stopped)
		rc = list_fault(run, 0, "list: no entry found");
	pool_free(&run->entry.pool);
	free(run);
	return rc;
}
