/* SPDX-License-Identifier: BSD-2-Clause */

/* Addresses of the net: mail, pages, machines. */

#include "detect_local.h"

#include <string.h>

/* Addresses that name others inside could otherwise be read many times. */
enum {
	HOST_MOST = 253,
	PATH_MOST = 2048
};

size_t
detect_mail(const struct detect_text *t, size_t i, size_t *start_out)
{
	size_t start = i, at = i + 1, best = 0, label;
	bool first = true;

	while (start > 0 && detect_is(t, start - 1, DETECT_MAIL))
		start--;
	if (start == i)
		return 0;
	for (;; at++, first = false) {
		size_t letters;

		label = at;
		while (detect_is(t, at, DETECT_LETTER))
			at++;
		letters = at - label;
		if (!first && letters >= 2)
			best = at;
		while (detect_is(t, at, DETECT_ALNUM) || detect_at(t, at, '-'))
			at++;
		if (at == label || !detect_at(t, at, '.'))
			break;
	}
	*start_out = start;
	return best;
}

size_t
detect_ipv4_end(const struct detect_text *t, size_t i)
{
	unsigned part, n, value;

	for (part = 0; part < 4; part++) {
		value = 0;
		for (n = 0; n < 3 && detect_is(t, i, DETECT_DIGIT); n++)
			value = value * 10 + (unsigned)(t->at[i++] - '0');
		if (n == 0 || value > 255 || detect_is(t, i, DETECT_DIGIT))
			return 0;
		if (part < 3 && !detect_at(t, i++, '.'))
			return 0;
	}
	return i;
}

/* Top-level domains that stand without "http://" before them: the old ones,
 * those of many users, and a sample of countries (IANA root zone). */
static bool
is_known_top(const unsigned char *s, size_t n)
{
	static const char known[] =
	    " com org net edu gov mil int info biz name app dev shop online site"
	    " store tech xyz top club cloud asia aero coop jobs mobi museum pro"
	    " tel travel ac ae ai ar at au be bg bo br ca cc ch ci cl cn co cr"
	    " cy cz de dk do ec ee eg es eu fi fm fr gb gg gl gr gt hk hr hu id"
	    " ie il im in io ir is it jp ke kr kw kz la lb li lk lt lu lv ly ma"
	    " mc md me mg mk mn mo mt mu mx my ng ni nl no nu nz om pa pe ph pk"
	    " pl pr pt pw py qa ro rs ru sa se sg sh si sk sm so st su th tk tn"
	    " to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vn ws za zm zw ";
	char word[10] = " ";
	size_t i;

	if (n + 3 > sizeof word)
		return false;
	for (i = 0; i < n; i++)
		word[i + 1] = (char)(s[i] | 32);
	word[n + 1] = ' ';
	word[n + 2] = '\0';
	return strstr(known, word) != NULL;
}

/* Labels from i; the last one is the top-level domain at *top_out. */
static size_t
host_end(const struct detect_text *t, size_t i, size_t *top_out)
{
	unsigned labels = 0;
	size_t end = 0, from = i;

	for (;;) {
		size_t label = i;

		while (i - label < 64 &&
		    (detect_is(t, i, DETECT_ALNUM) || detect_at(t, i, '-')))
			i++;
		if (i == label || i - label > 63 || i - from > HOST_MOST)
			break;
		labels++;
		*top_out = label;
		end = i;
		if (!detect_at(t, i, '.'))
			break;
		i++;
	}
	if (labels < 2 || end - *top_out < 2)
		return 0;
	for (i = *top_out; i < end; i++)
		if (!detect_is(t, i, DETECT_LETTER))
			/* an internationalised one */
			return memcmp(t->at + *top_out, "xn--",
				   end - *top_out < 4 ? 1 : 4) == 0
			    ? end
			    : 0;
	return end;
}

static size_t
path_end(const struct detect_text *t, size_t i)
{
	size_t from = i;

	if (detect_at(t, i, ':') && detect_is(t, i + 1, DETECT_DIGIT))
		for (i++; detect_is(t, i, DETECT_DIGIT); i++)
			;
	if (!detect_at(t, i, '/') && !detect_at(t, i, '?') &&
	    !detect_at(t, i, '#'))
		return i;
	from = i;
	while (i < t->length && i - from < PATH_MOST && t->at[i] > ' ' &&
	    t->at[i] < 0x7f && strchr("\"'<>\\^`{|}", t->at[i]) == NULL)
		i++;
	/* a sentence may end behind an address */
	while (i > from + 1 && strchr(".,;:!?)]", t->at[i - 1]) != NULL)
		i--;
	return i;
}

bool
detect_url_at(struct detect_find *f, size_t colon)
{
	const struct detect_text *t = &f->text;
	size_t start = colon, top, end;

	if (!detect_at(t, colon + 1, '/') || !detect_at(t, colon + 2, '/'))
		return false;
	while (start > 0 && colon - start < 5 &&
	    detect_is(t, start - 1, DETECT_LETTER))
		start--;
	if ((colon - start != 4 && colon - start != 5 && colon - start != 3) ||
	    strncasecmp((const char *)t->at + start,
		colon - start == 3 ? "ftp" : "https", colon - start) != 0 ||
	    (start > 0 && detect_is(t, start - 1, DETECT_ALNUM)))
		return false;
	end = detect_ipv4_end(t, colon + 3);
	if (end == 0)
		end = host_end(t, colon + 3, &top);
	f->start = start;
	f->end = end == 0 ? 0 : path_end(t, end);
	return end != 0;
}

bool
detect_host_at(struct detect_find *f, size_t dot)
{
	const struct detect_text *t = &f->text;
	size_t start = dot, top, end;

	if (!detect_is(t, dot + 1, DETECT_ALNUM))
		return false;
	while (start > 0 &&
	    (detect_is(t, start - 1, DETECT_ALNUM) ||
		detect_at(t, start - 1, '-')))
		start--;
	if (start == dot ||
	    (start > 0 &&
		(t->at[start - 1] == '@' || t->at[start - 1] == '.' ||
		    t->at[start - 1] == '/' || t->at[start - 1] == '_')))
		return false;
	end = host_end(t, start, &top);
	if (end == 0 || !is_known_top(t->at + top, end - top) ||
	    detect_at(t, end, '@') || detect_at(t, end, '_'))
		return false;
	f->start = start;
	f->end = path_end(t, end);
	return true;
}

static bool
is_group_byte(const struct detect_text *t, size_t i)
{
	return detect_is(t, i, DETECT_HEX) || detect_at(t, i, ':');
}

/* What an IPv6 address has so far. */
struct groups {
	unsigned count;
	bool gap;   /* "::" was there */
	size_t end; /* behind what is an address by itself, 0: nothing */
};

/* A separator at i; returns what follows it, 0: nothing that can. */
static size_t
after_colon(const struct detect_text *t, size_t i, struct groups *g)
{
	if (!detect_at(t, i, ':'))
		return 0;
	if (!detect_at(t, i + 1, ':'))
		return detect_is(t, i + 1, DETECT_HEX) ? i + 1 : 0;
	if (g->gap)
		return 0;
	g->gap = true;
	g->end = i + 2;
	return i + 2;
}

/* One address from i: RFC 4291 2.2, with "::" at most once and perhaps an IPv4
 * address at its end; 0: none. */
static size_t
ipv6_end(const struct detect_text *t, size_t i)
{
	struct groups g = { 0 };
	size_t n;

	if (detect_at(t, i, ':') &&
	    (!detect_at(t, i + 1, ':') || (i = after_colon(t, i, &g)) == 0))
		return 0;
	while (g.count < 8 && detect_is(t, i, DETECT_HEX)) {
		if ((g.count == 6 || (g.gap && g.count < 6)) &&
		    (n = detect_ipv4_end(t, i)) != 0) {
			g.count += 2;
			g.end = n;
			break;
		}
		for (n = 0; n < 5 && detect_is(t, i + n, DETECT_HEX); n++)
			;
		if (n == 5)
			return 0;
		g.count++;
		g.end = i + n;
		i = after_colon(t, i + n, &g);
		if (i == 0)
			break;
	}
	return g.count == 8 || (g.gap && g.count < 8) ? g.end : 0;
}

bool
detect_ipv6_at(struct detect_find *f, size_t colon)
{
	const struct detect_text *t = &f->text;
	size_t start = colon, end;

	while (start > 0 && colon - start < 40 && is_group_byte(t, start - 1))
		start--;
	if (start > 0 &&
	    (detect_is(t, start - 1, DETECT_ALNUM) || t->at[start - 1] == '.' ||
		t->at[start - 1] == '_'))
		return false;
	end = ipv6_end(t, start);
	if (end == 0 || detect_is(t, end, DETECT_ALNUM) ||
	    detect_at(t, end, ':') ||
	    (detect_at(t, end, '.') && detect_is(t, end + 1, DETECT_DIGIT)))
		return false;
	if (detect_at(t, end, '%') && detect_is(t, end + 1, DETECT_ALNUM))
		for (end++; detect_is(t, end, DETECT_ALNUM); end++)
			;
	f->start = start;
	f->end = end;
	return true;
}

/* Six pairs with the same separator; separator is the place of the first. */
bool
detect_mac_at(struct detect_find *f, size_t separator)
{
	const struct detect_text *t = &f->text;
	size_t i, k, n;

	if (separator < 2)
		return false;
	i = separator - 2;
	if (i > 0 &&
	    (detect_is(t, i - 1, DETECT_ALNUM) ||
		t->at[i - 1] == t->at[separator]))
		return false;
	for (k = 0, n = 0; k < 6; k++, i += 3) {
		if (!detect_is(t, i, DETECT_HEX) ||
		    !detect_is(t, i + 1, DETECT_HEX) ||
		    (k < 5 && !detect_at(t, i + 2, (char)t->at[separator])))
			return false;
		n += (t->at[i] | 32) == 'f' && (t->at[i + 1] | 32) == 'f';
		n += t->at[i] == '0' && t->at[i + 1] == '0' ? 8 : 0;
	}
	f->start = separator - 2;
	f->end = f->start + 17;
	/* all ones is everybody, all zeros nobody */
	return n != 6 && n != 48 && !detect_is(t, f->end, DETECT_ALNUM) &&
	    !(detect_at(t, f->end, (char)t->at[separator]) &&
		detect_is(t, f->end + 1, DETECT_ALNUM));
}
