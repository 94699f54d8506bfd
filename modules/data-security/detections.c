/* SPDX-License-Identifier: BSD-2-Clause */

#include "detections.h"

#include "detect.h"

#include <math.h>
#include <string.h>

static struct detect_hit *
more_room(void *owner, struct detect_hit *old, size_t old_count, size_t count)
{
	struct detect_hit *new = ep_alloc(owner, count * sizeof *new);

	if (old_count > 0)
		memcpy(new, old, old_count * sizeof *new);
	return new;
}

ep_status
detections_start(struct ep_op *op, struct detector **detector_out)
{
	const void *iban, *words;
	uint64_t iban_length, words_length;
	char error[DETECT_ERROR];

	EP_TRY(ep_data(op, "iban.csv", &iban, &iban_length));
	EP_TRY(ep_data(op, "context_words.csv", &words, &words_length));
	*detector_out = ep_instance_alloc(op, detector_size());
	if (!detector_init(*detector_out, iban, (size_t)iban_length, words,
		(size_t)words_length, error))
		return ep_fail(op, EP_INTERNAL, "bad_data",
		    EP_ARG("detail", error));
	return EP_OK;
}

/* Bytes to code points; places asked for must ascend. */
struct ruler {
	const char *text;
	size_t bytes;
	int64_t points;
};

static int64_t
points_to(struct ruler *r, size_t bytes)
{
	for (; r->bytes < bytes; r->bytes++)
		r->points += ((unsigned char)r->text[r->bytes] & 0xc0) != 0x80;
	return r->points;
}

ep_status
datasec_detect_pii(struct ep_op *op)
{
	uint32_t length = 0;
	const char *text = ep_node_text(ep_node_get(ep_input(op), "text"),
	    &length);
	struct detect_hits hits = { .grow = more_room, .owner = op };
	struct ep_node *list = ep_array(op);
	struct ruler ruler = { .text = text };
	bool sensitive = false;
	size_t i;

	detector_pii(detections_detector(op), text, length, &hits);
	for (i = 0; i < hits.count; i++) {
		const struct detect_hit *h = &hits.at[i];
		int64_t start = points_to(&ruler, h->start);
		int64_t end = points_to(&ruler, h->end);

		if (detect_pii_is_sensitive(h->type))
			sensitive = true;
		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("type", detect_pii_name(h->type)),
			EP_ARG("start", start), EP_ARG("end", end),
			EP_ARG("value",
			    ep_textn(text + h->start,
				(uint32_t)(h->end - h->start))))));
	}
	return ep_reply(op, 200, EP_ARG("hits", list),
	    EP_ARG("sensitive", sensitive));
}

/* Named types are wanted with every score, all types with the likely ones. */
static ep_status
read_wish(struct ep_op *op, struct detect_wish *wish)
{
	const struct ep_node *types = ep_node_get(ep_input(op), "types");
	const struct ep_node *least = ep_node_get(ep_input(op), "min_score");
	const char *language = ep_in_text(op, "language");
	uint32_t i, count = ep_node_count(types), length;
	unsigned type;

	*wish = (struct detect_wish){
		.min_score = count > 0 ? 0 : DETECT_USUAL_SCORE
	};
	if (least != NULL)
		wish->min_score = (unsigned)lround(
		    ep_node_real(least, 0) * 100);
	if (language != NULL)
		(void)stpncpy(wish->language, language,
		    sizeof wish->language - 1);
	for (i = 0; i < count; i++) {
		const char *name = ep_node_text(ep_node_at(types, i), &length);

		if (!detector_type_find(name, length, &type)) {
			(void)ep_fail_at(op,
			    ep_concat(op, "/types/", ep_format(op, (int64_t)i)),
			    "known", "a type that datasec.detect names");
			return ep_fail(op, EP_REFUSED, "unknown_type",
			    EP_ARG("type", name));
		}
		wish->types[type / 64] |= UINT64_C(1) << type % 64;
	}
	return EP_OK;
}

static const char *
reason(struct ep_op *op, const struct detect_hit *h)
{
	char word[64];

	if (h->word == NULL)
		return h->reason;
	memcpy(word, h->word, h->word_length);
	word[h->word_length] = '\0';
	return ep_concat(op, h->reason, "; named by \"", word, "\"");
}

ep_status
datasec_detect(struct ep_op *op)
{
	uint32_t length = 0;
	const char *text = ep_node_text(ep_node_get(ep_input(op), "text"),
	    &length);
	struct detect_hits hits = { .grow = more_room, .owner = op };
	struct ep_node *list = ep_array(op);
	struct ruler ruler = { .text = text };
	struct detect_wish wish;
	size_t i;

	EP_TRY(read_wish(op, &wish));
	detector_scan(detections_detector(op), &wish, text, length, &hits);
	for (i = 0; i < hits.count; i++) {
		const struct detect_hit *h = &hits.at[i];
		int64_t start = points_to(&ruler, h->start);
		int64_t end = points_to(&ruler, h->end);

		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("type", detector_type_name(h->type)),
			EP_ARG("start", start), EP_ARG("end", end),
			EP_ARG("score", (double)h->score / 100),
			EP_ARG("reason", reason(op, h)))));
	}
	return ep_reply(op, 200, EP_ARG("entities", list));
}
