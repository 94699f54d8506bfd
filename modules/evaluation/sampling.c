/* SPDX-License-Identifier: BSD-2-Clause */

#include "sampling.h"

#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define HASH 32

fault
sample_size(double population, double confidence, double margin_percent,
    double p, int64_t *out)
{
	static const struct {
		double percent, z;
	} table[] = { { 90, 1.645 }, { 95, 1.96 }, { 99, 2.576 } };

	double z = 0, e = margin_percent / 100, n0, n;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (confidence >= table[i].percent &&
		    confidence <= table[i].percent)
			z = table[i].z;
	if (z <= 0)
		return "bad_confidence";
	if (population < 1 || population > 1e15 || !(e > 0) || e >= 1 ||
	    !(p > 0) || !(p < 1))
		return "bad_parameter";
	n0 = z * z * p * (1 - p) / (e * e);
	n = ceil(n0 / (1 + (n0 - 1) / population) - 1e-9);
	*out = (int64_t)fmin(n, population);
	return NULL;
}

struct lot {
	unsigned char hash[HASH];
	size_t at;
	const char *id;
	size_t length;
};

static int
by_hash(const void *a, const void *b)
{
	const struct lot *x = a, *y = b;

	return memcmp(x->hash, y->hash, HASH);
}

static int
by_id(const void *a, const void *b)
{
	const struct lot *x = a, *y = b;
	size_t n = x->length < y->length ? x->length : y->length;
	int order = memcmp(x->id, y->id, n);

	if (order != 0)
		return order;
	return x->length < y->length ? -1 : x->length > y->length;
}

static int
hash(EVP_MD_CTX *context, const struct drawing *d, struct lot *lot)
{
	return EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(context, d->seed, d->seed_length) == 1 &&
	    EVP_DigestUpdate(context, "|", 1) == 1 &&
	    EVP_DigestUpdate(context, lot->id, lot->length) == 1 &&
	    EVP_DigestFinal_ex(context, lot->hash, NULL) == 1;
}

static fault
hash_all(const struct drawing *d, struct lot *lots)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int good = context != NULL;

	for (size_t i = 0; good && i < d->n_ids; i++)
		good = hash(context, d, &lots[i]);
	EVP_MD_CTX_free(context);
	return good ? NULL : "internal";
}

fault
draw(const struct drawing *d, int64_t n, const struct memory *memory,
    size_t **selected_out)
{
	struct lot *lots;
	fault f;

	if (n < 0 || (uint64_t)n > d->n_ids)
		return "bad_sample_size";
	lots = memory->alloc(memory->owner, (d->n_ids + 1) * sizeof *lots);
	for (size_t i = 0; i < d->n_ids; i++) {
		lots[i].at = i;
		lots[i].id = d->ids[i];
		lots[i].length = d->lengths[i];
	}
	qsort(lots, d->n_ids, sizeof *lots, by_id);
	for (size_t i = 1; i < d->n_ids; i++)
		if (by_id(&lots[i - 1], &lots[i]) == 0)
			return "duplicate_ids";
	f = hash_all(d, lots);
	if (f != NULL)
		return f;
	qsort(lots, d->n_ids, sizeof *lots, by_hash);
	*selected_out = memory->alloc(memory->owner,
	    ((size_t)n + 1) * sizeof **selected_out);
	for (size_t i = 0; i < (size_t)n; i++)
		(*selected_out)[i] = lots[i].at;
	return NULL;
}
