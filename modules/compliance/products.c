/* SPDX-License-Identifier: BSD-2-Clause */

/* Rules of products, words of advertisements, documents of a party. */

#include "condition.h"
#include "json_data.h"
#include "local.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RULES "compliance_rules.json"
#define DAY_S 86400

static const char *const severities[] = { "block", "review", "warn", "info" };
#define N_SEVERITIES 4

static unsigned
severity_of(const char *name)
{
	unsigned i = 0;

	while (i < N_SEVERITIES && strcmp(severities[i], name) != 0)
		i++;
	return i;
}

static const char *
decision_of(unsigned worst)
{
	return worst < 3 ? severities[worst] : "pass";
}

/* Days from one YYYY-MM-DD to another. */
static int64_t
days_between(const char *from, const char *to)
{
	struct tm a = { 0 }, b = { 0 };

	if (strptime(from, "%Y-%m-%d", &a) == NULL ||
	    strptime(to, "%Y-%m-%d", &b) == NULL)
		return INT64_MAX;
	return (timegm(&b) - timegm(&a)) / DAY_S;
}

static const char *
today(struct ep_op *op)
{
	time_t now = (time_t)(ep_now(op) / 1000000);
	char *out = ep_alloc(op, 16);
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(out, 16, "%Y-%m-%d", &tm);
	return out;
}

/* A rule that nobody has verified, or not for long, can at most warn. */
static bool
is_weak(struct ep_op *op, const struct ep_node *rule)
{
	return strcmp(json_text(rule, "certainty"), "unverified") == 0 ||
	    days_between(json_text(rule, "checked"), today(op)) >
	    ep_config_int(op, "rules_max_age_days");
}

/* -------------------------------------------------------------- products */

/* The row of a country in the identifiers' table; "" for others. */
static bool
find_country(struct ep_op *op, const char *code, bool *is_eu_out)
{
	const void *bytes;
	uint64_t length;
	const char *at, *end;

	if (strlen(code) != 2 ||
	    ep_data(op, "countries.csv", &bytes, &length) != EP_OK)
		return false;
	at = bytes;
	end = at + length;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop != NULL ? stop : end;
		if (stop - at > 2 && memcmp(at, code, 2) == 0 && at[2] == ',') {
			const char *last = stop[-1] == '\r' ? stop - 2
							    : stop - 1;

			*is_eu_out = *last == '1';
			return true;
		}
		at = stop + 1;
	}
	return false;
}

struct asked {
	const char *origin, *destination, *date;
	bool is_to_eu;
};

static bool
concerns(const struct ep_node *rule, const struct asked *a)
{
	const char *where = json_text(rule, "jurisdiction");
	const char *to = json_text(rule, "effective_to");

	if (strcmp(a->date, json_text(rule, "effective_from")) < 0 ||
	    (*to != '\0' && strcmp(a->date, to) > 0))
		return false;
	return strcmp(where, "*") == 0 || strcmp(where, a->destination) == 0 ||
	    (strcmp(where, "EU") == 0 && a->is_to_eu) ||
	    (strcmp(where, "CN-EXPORT") == 0 && strcmp(a->origin, "CN") == 0) ||
	    (strcmp(where, "CN-IMPORT") == 0 &&
		strcmp(a->destination, "CN") == 0);
}

struct finding {
	const struct ep_node *rule;
	unsigned severity;
	bool is_weak;
};

static int
by_severity(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	return strcmp(json_text(x->rule, "id"), json_text(y->rule, "id"));
}

static ep_status
finding_node(struct ep_op *op, const struct finding *f, struct ep_node **out)
{
	bool is_chinese = ep_language(op)[0] == 'z';
	const struct ep_node *r = f->rule;

	*out = ep_object(op, EP_ARG("rule_id", json_text(r, "id")),
	    EP_ARG("severity", severities[f->severity]));
	if (f->is_weak)
		EP_TRY(ep_set(op, *out, EP_ARG("unverified", true)));
	if (!ep_in_bool(op, "explain", false))
		return EP_OK;
	EP_TRY(ep_set(op, *out,
	    EP_ARG("title", json_text(r, is_chinese ? "title_zh" : "title"))));
	EP_TRY(ep_set(op, *out,
	    EP_ARG("legal_source", json_text(r, "legal_source"))));
	EP_TRY(
	    ep_set(op, *out, EP_ARG("certainty", json_text(r, "certainty"))));
	return ep_set(op, *out,
	    EP_ARG("explanation", json_text(r, "explanation")));
}

static uint32_t
find(struct ep_op *op, const struct ep_node *rules, const struct asked *a,
    struct finding *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ep_node_count(rules); i++) {
		const struct ep_node *r = ep_node_at(rules, i);
		unsigned severity = severity_of(json_text(r, "severity"));
		bool weak;

		if (!concerns(r, a) ||
		    !condition_holds(ep_node_get(r, "when"), ep_input(op)))
			continue;
		weak = is_weak(op, r);
		out[n++] = (struct finding){ r,
			weak && severity < 2 ? 2 : severity, weak };
	}
	qsort(out, n, sizeof *out, by_severity);
	return n;
}

ep_status
compliance_product_check(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op), *root, *rules;
	struct ep_node *list = ep_array(op);
	struct asked a = { json_text(in, "origin"),
		json_text(in, "destination"), json_text(in, "date"), false };
	struct finding *found;
	uint32_t n;

	if (!find_country(op, a.destination, &a.is_to_eu))
		return ep_fail(op, EP_REFUSED, "unknown_country");
	EP_TRY(json_data(op, RULES, &root));
	rules = ep_node_get(root, "rules");
	found = ep_alloc(op, (ep_node_count(rules) + 1) * sizeof *found);
	n = find(op, rules, &a, found);
	for (uint32_t i = 0; i < n; i++) {
		struct ep_node *node;

		EP_TRY(finding_node(op, &found[i], &node));
		EP_TRY(ep_append(op, list, node));
	}
	return ep_reply(op, 200,
	    EP_ARG("decision",
		decision_of(n > 0 ? found[0].severity : N_SEVERITIES)),
	    EP_ARG("findings", list));
}

static struct ep_node *
rule_node(struct ep_op *op, const struct ep_node *r)
{
	const char *to = json_text(r, "effective_to");

	return ep_object(op, EP_ARG("rule_id", json_text(r, "id")),
	    EP_ARG("jurisdiction", json_text(r, "jurisdiction")),
	    EP_ARG("severity", json_text(r, "severity")),
	    EP_ARG("certainty", json_text(r, "certainty")),
	    EP_ARG("checked", json_text(r, "checked")),
	    EP_ARG("effective_from", json_text(r, "effective_from")),
	    EP_ARG("effective_to", *to != '\0' ? ep_text(to) : ep_null()),
	    EP_ARG("at_most_warns", is_weak(op, r)),
	    EP_ARG("is_good", condition_is_good(ep_node_get(r, "when"))));
}

ep_status
compliance_rules_status(struct ep_op *op)
{
	const struct ep_node *root, *rules;
	struct ep_node *list = ep_array(op);

	EP_TRY(json_data(op, RULES, &root));
	rules = ep_node_get(root, "rules");
	for (uint32_t i = 0; i < ep_node_count(rules); i++)
		EP_TRY(
		    ep_append(op, list, rule_node(op, ep_node_at(rules, i))));
	return ep_reply(op, 200, EP_ARG("rules", list),
	    EP_ARG("max_age_days", ep_config_int(op, "rules_max_age_days")));
}

/* ------------------------------------------------------------------ words */

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
	    (c & 0x80) != 0;
}

/* Does the word stand at `at`?  English without regard to case, and not
 * within another word. */
static bool
stands(const char *text, size_t length, size_t at, const char *word,
    bool is_english)
{
	size_t n = strlen(word);

	if (n > length - at)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((is_english ? lower(text[at + i]) : text[at + i]) !=
		    word[i])
			return false;
	return !is_english ||
	    ((at == 0 || !is_alphanumeric(text[at - 1])) &&
		(at + n == length || !is_alphanumeric(text[at + n])));
}

struct scan {
	const struct ep_node *words;
	const char *language, *text;
	size_t length, at;
	int64_t characters; /* before at */
};

/* The longest word that stands there. */
static const struct ep_node *
word_at(const struct scan *s)
{
	const struct ep_node *best = NULL;
	size_t most = 0;

	for (uint32_t i = 0; i < ep_node_count(s->words); i++) {
		const struct ep_node *w = ep_node_at(s->words, i);
		const char *word = json_text(w, "word");

		if (strlen(word) > most &&
		    strcmp(json_text(w, "lang"), s->language) == 0 &&
		    stands(s->text, s->length, s->at, word,
			*s->language == 'e')) {
			best = w;
			most = strlen(word);
		}
	}
	return best;
}

/* Moves over n bytes, and to the beginning of a character. */
static void
pass(struct scan *s, size_t n)
{
	while (
	    n > 0 || (s->at < s->length && (s->text[s->at] & 0xc0) == 0x80)) {
		s->characters += (s->text[s->at++] & 0xc0) != 0x80;
		n -= n > 0;
	}
}

static struct ep_node *
hit_node(struct ep_op *op, const struct scan *s, const struct ep_node *w)
{
	return ep_object(op, EP_ARG("word", json_text(w, "word")),
	    EP_ARG("at", s->characters),
	    EP_ARG("category", json_text(w, "category")),
	    EP_ARG("severity", json_text(w, "severity")));
}

ep_status
compliance_ad_words(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op), *root;
	struct scan s = { .language = json_text(in, "lang") };
	uint32_t length = 0;
	struct ep_node *hits = ep_array(op);
	unsigned worst = N_SEVERITIES;

	s.text = ep_node_text(ep_node_get(in, "text"), &length);
	s.length = s.text != NULL ? length : 0;
	if (strcmp(s.language, "zh") != 0 && strcmp(s.language, "en") != 0)
		return ep_fail(op, EP_REFUSED, "bad_language");
	EP_TRY(json_data(op, "ad_words.json", &root));
	s.words = ep_node_get(root, "words");
	while (s.at < s.length) {
		const struct ep_node *w = word_at(&s);
		unsigned severity = severity_of(json_text(w, "severity"));

		if (w != NULL)
			EP_TRY(ep_append(op, hits, hit_node(op, &s, w)));
		if (w != NULL && severity < worst)
			worst = severity;
		pass(&s, w != NULL ? strlen(json_text(w, "word")) : 1);
	}
	return ep_reply(op, 200, EP_ARG("decision", decision_of(worst)),
	    EP_ARG("hits", hits));
}

/* -------------------------------------------------------------- documents */

#define REQUIRED_MAX 64

struct required {
	const char *types[REQUIRED_MAX];
	size_t n;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
require(struct required *r, const struct ep_node *list)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const char *type = ep_node_text(ep_node_at(list, i), NULL);
		size_t k = 0;

		while (k < r->n && strcmp(r->types[k], type) != 0)
			k++;
		if (k == r->n && r->n < REQUIRED_MAX)
			r->types[r->n++] = type;
	}
}

/* What is known of one type: "missing", "expired", "unverified", "" (there),
 * or "expiring_soon". */
static const char *
state_of(const struct ep_node *documents, const char *type, const char *date)
{
	bool is_there = false, is_verified = false, is_ok = false;
	bool is_undated = false;
	const char *latest = "";

	for (uint32_t i = 0; i < ep_node_count(documents); i++) {
		const struct ep_node *d = ep_node_at(documents, i);
		const char *expires = json_text(d, "expires");

		if (strcmp(json_text(d, "type"), type) != 0)
			continue;
		is_there = true;
		if (strcmp(json_text(d, "status"), "verified") != 0)
			continue;
		is_verified = true;
		if (*expires != '\0' && strcmp(expires, date) < 0)
			continue;
		is_ok = true;
		is_undated = is_undated || *expires == '\0';
		latest = strcmp(expires, latest) > 0 ? expires : latest;
	}
	if (!is_there)
		return "missing";
	if (!is_ok)
		return is_verified ? "expired" : "unverified";
	return !is_undated && days_between(date, latest) <= 30 ? "expiring_soon"
							       : "";
}

static bool
is_fraud(const struct ep_node *documents)
{
	for (uint32_t i = 0; i < ep_node_count(documents); i++)
		if (strcmp(json_text(ep_node_at(documents, i), "status"),
			"rejected_fraud") == 0)
			return true;
	return false;
}

/* The types that are required, by name. */
static ep_status
read_required(struct ep_op *op, struct required *out)
{
	const struct ep_node *in = ep_input(op), *root, *base, *role;
	const char *entity = json_text(in, "entity");

	EP_TRY(json_data(op, "kyb_requirements.json", &root));
	base = ep_node_get(ep_node_get(root, "base"), entity);
	role = ep_node_get(ep_node_get(root, "role"), json_text(in, "role"));
	if (base == NULL)
		return ep_fail(op, EP_REFUSED, "unknown_entity");
	if (role == NULL)
		return ep_fail(op, EP_REFUSED, "unknown_role");
	out->n = 0;
	require(out, base);
	if (strcmp(entity, "individual") != 0)
		require(out,
		    ep_node_get(ep_node_get(root, "jurisdiction"),
			json_text(in, "jurisdiction")));
	require(out, role);
	qsort(out->types, out->n, sizeof *out->types, by_name);
	return EP_OK;
}

ep_status
compliance_kyb_check(struct ep_op *op)
{
	static const char *const names[] = { "missing", "expired",
		"expiring_soon", "unverified" };
	const struct ep_node *in = ep_input(op);
	const struct ep_node *documents = ep_node_get(in, "documents");
	struct ep_node *all = ep_array(op), *lists[4];
	struct required r;
	const char *status = "approved";

	EP_TRY(read_required(op, &r));
	for (size_t i = 0; i < 4; i++)
		lists[i] = ep_array(op);
	for (size_t i = 0; i < r.n; i++) {
		const char *state = state_of(documents, r.types[i],
		    json_text(in, "date"));

		EP_TRY(ep_append(op, all, r.types[i]));
		for (size_t k = 0; k < 4; k++)
			if (strcmp(state, names[k]) == 0)
				EP_TRY(ep_append(op, lists[k], r.types[i]));
	}
	if (ep_node_count(lists[3]) > 0)
		status = "pending_review";
	if (ep_node_count(lists[0]) + ep_node_count(lists[1]) > 0)
		status = "incomplete";
	if (is_fraud(documents))
		status = "rejected";
	return ep_reply(op, 200, EP_ARG("status", status),
	    EP_ARG("required", all), EP_ARG("missing", lists[0]),
	    EP_ARG("expired", lists[1]), EP_ARG("expiring_soon", lists[2]),
	    EP_ARG("unverified", lists[3]));
}
