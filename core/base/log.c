/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/log.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXT_LIMIT 2048 /* bytes of one text that are shown */
#define DEPTH_LIMIT 8   /* levels of one JSON value that are shown */
#define TAIL_ROOM 32    /* for the mark that something was left out */
#define RATES 256
#define EVENT_ROOM 64

/* How often an event was seen in one second. */
struct rate {
	char event[EVENT_ROOM];
	int64_t second;
	uint32_t seen, suppressed;
};

struct log {
	uint32_t magic;
#define LOG_MAGIC 0x106f11e5
	int fd;
	atomic_uint level;
	unsigned burst;
	bool is_text;
	_Atomic uint64_t lost;
	pthread_mutex_t lock;
	struct buf line;
	struct rate rates[RATES];
};

static const char *const levels[] = { [EP_DEBUG] = "debug",
	[EP_INFO] = "info",
	[EP_WARN] = "warn",
	[EP_ERROR] = "error" };

static const char *const own_names[] = { "time", "level", "event", "module",
	"request", "operation", "tenant", "truncated" };

/* Days since 1970-01-01 as year, month and day (the proleptic Gregorian
 * calendar; Howard Hinnant, chrono-compatible low-level date algorithms). */
static void
civil(int64_t days, int out[3])
{
	int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	out[1] = (int)(mp < 10 ? mp + 3 : mp - 9);
	out[0] = (int)(yoe + era * 400 + (out[1] <= 2));
	out[2] = (int)(doy - (153 * mp + 2) / 5 + 1);
}

static void
put_time(struct buf *b, int64_t us)
{
	int64_t seconds = us / 1000000, of_day = seconds % 86400;
	int date[3];

	civil(seconds / 86400, date);
	buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", date[0], date[1],
	    date[2], (int)(of_day / 3600), (int)(of_day / 60 % 60),
	    (int)(of_day % 60), (int)(us % 1000000));
}

static bool
is_bare(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] == '"' || s[i] == '=' || s[i] == 0x7f)
			return false; /* what is not ASCII is below 0 */
	return n > 0;
}

static void
put_text(const struct log *l, struct buf *b, const char *s, size_t n)
{
	size_t shown = n;

	if (shown > TEXT_LIMIT)
		for (shown = TEXT_LIMIT; (s[shown] & 0xc0) == 0x80; shown--)
			if (shown <= TEXT_LIMIT - 4)
				break; /* not UTF-8 */
	if (shown == n && l->is_text && is_bare(s, n)) {
		buf_append(b, s, n);
		return;
	}
	json_write_text(b, s, shown);
	if (shown < n) {
		b->end--; /* the quote */
		buf_format(b, "... (%zu bytes)\"", n);
	}
}

static void
put_secret(const struct log *l, struct buf *b)
{
	buf_text(b, l->is_text ? "***" : "\"***\"");
}

static void
put_node(const struct log *l, struct buf *b, const struct ep_node *n, int depth)
{
	bool is_object = n->type == EP_T_OBJECT;
	uint32_t i;

	if (n->type == EP_T_TEXT) {
		put_text(l, b, n->text, n->count);
		return;
	}
	if (!is_object && n->type != EP_T_ARRAY) {
		json_write(b, n);
		return;
	}
	if (depth >= DEPTH_LIMIT) {
		buf_format(b, "\"... (%u inside)\"", n->count);
		return;
	}
	buf_byte(b, is_object ? '{' : '[');
	for (i = 0; i < n->count && buf_length(b) < LOG_LINE; i++) {
		const struct ep_node *child = n->u.items + i;

		if (i > 0)
			buf_byte(b, ',');
		if (is_object) {
			json_write_text(b, child->key, child->key_length);
			buf_byte(b, ':');
		}
		if (is_object && child->type != EP_T_NULL &&
		    log_is_secret(child->key, child->key_length))
			put_secret(l, b);
		else
			put_node(l, b, child, depth + 1);
	}
	buf_byte(b, is_object ? '}' : ']');
}

static void
put_value(const struct log *l, struct buf *b, const struct ep_value *v)
{
	struct ep_node scalar = { .type = EP_T_NULL };

	switch (v->type) {
	case EP_T_TEXT:
		put_text(l, b, v->u.pointer, v->length);
		return;
	case EP_T_BLOB:
		buf_format(b, "\"(%u bytes)\"", v->length);
		return;
	case EP_T_NODE:
		put_node(l, b, v->u.pointer != NULL ? v->u.pointer : &scalar,
		    0);
		return;
	case EP_T_BOOL:
	case EP_T_INT:
		scalar.type = (uint8_t)v->type;
		scalar.u.integer = v->u.integer;
		break;
	case EP_T_REAL:
		scalar.type = EP_T_REAL;
		scalar.u.real = v->u.real;
		break;
	default:
		break; /* null */
	}
	json_write(b, &scalar);
}

static bool
is_own_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof own_names / sizeof own_names[0]; i++)
		if (strcmp(own_names[i], name) == 0)
			return true;
	return false;
}

/* Name and sign of the next member. */
static void
put_name(const struct log *l, struct buf *b, const char *name, bool is_argument)
{
	size_t n = strlen(name);
	bool is_taken = is_argument && is_own_name(name);

	n = n < EVENT_ROOM ? n : EVENT_ROOM;
	if (l->is_text) {
		buf_byte(b, ' ');
		buf_append(b, name, n);
		buf_text(b, is_taken ? "_=" : "=");
		return;
	}
	buf_byte(b, ',');
	json_write_text(b, name, n);
	if (is_taken) {
		b->end--;
		buf_text(b, "_\"");
	}
	buf_byte(b, ':');
}

static void
put_argument(const struct log *l, struct buf *b, const struct ep_arg *arg)
{
	put_name(l, b, arg->name, true);
	if (arg->value.type != EP_T_NULL &&
	    log_is_secret(arg->name, strlen(arg->name)))
		put_secret(l, b);
	else
		put_value(l, b, &arg->value);
}

static void
put_head(struct log *l, unsigned level, const struct log_context *c,
    const char *event)
{
	struct buf *b = &l->line;

	const struct field {
		const char *name, *text;
	} fields[] = { { "module", c->module }, { "request", c->request_id },
		{ "operation", c->operation }, { "tenant", c->tenant } };

	size_t i;

	buf_text(b, l->is_text ? "" : "{\"time\":\"");
	put_time(b, clock_real_us());
	if (l->is_text) {
		buf_format(b, " %-5s %.200s", levels[level], event);
	} else {
		buf_format(b, "\",\"level\":\"%s\",\"event\":", levels[level]);
		json_write_text(b, event, strnlen(event, 200));
	}
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (fields[i].text == NULL)
			continue;
		put_name(l, b, fields[i].name, false);
		put_text(l, b, fields[i].text, strnlen(fields[i].text, 256));
	}
}

static void
send_line(struct log *l)
{
	ssize_t n;

	do
		n = write(l->fd, buf_data(&l->line), buf_length(&l->line));
	while (n < 0 && errno == EINTR);
	if (n < 0 || (size_t)n != buf_length(&l->line))
		atomic_fetch_add(&l->lost, 1);
	buf_clear(&l->line, (size_t)4 * LOG_LINE);
}

static void
write_line(struct log *l, unsigned level, const struct log_context *context,
    const char *event, const struct ep_arg *args, uint32_t n)
{
	static const struct log_context nowhere = { NULL, NULL, NULL, NULL };
	struct buf *b = &l->line;
	bool is_cut = false;
	uint32_t i;

	put_head(l, level, context != NULL ? context : &nowhere, event);
	for (i = 0; i < n; i++) {
		size_t before = b->end;

		put_argument(l, b, args + i);
		if (buf_length(b) <= LOG_LINE - TAIL_ROOM)
			continue;
		b->end = before;
		is_cut = true;
	}
	if (is_cut) {
		put_name(l, b, "truncated", false);
		buf_text(b, "true");
	}
	buf_text(b, l->is_text ? "\n" : "}\n");
	send_line(l);
}

static void
tell_suppressed(struct log *l, struct rate *r)
{
	struct ep_arg args[2];

	if (r->suppressed == 0)
		return;
	args[0] = ep_named("suppressed_event", ep_text(r->event));
	args[1] = ep_named("lines", ep_int(r->suppressed));
	r->suppressed = 0;
	write_line(l, EP_WARN, NULL, "log.suppressed", args, 2);
}

/* Where an event is counted; events that fall on one place push each other
 * out. */
static struct rate *
rate_of(struct log *l, const char *event)
{
	uint32_t hash = 2166136261u;
	struct rate *r;
	const char *p;

	for (p = event; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u; /* FNV-1a */
	r = l->rates + hash % RATES;
	if (strncmp(r->event, event, EVENT_ROOM - 1) != 0) {
		tell_suppressed(l, r);
		memset(r, 0, sizeof *r);
		(void)snprintf(r->event, sizeof r->event, "%s", event);
	}
	return r;
}

/* Counts a line; false: it is one too many. */
static bool
may_write(struct log *l, const char *event)
{
	int64_t second = clock_monotonic_us() / 1000000;
	struct rate *r;

	if (l->burst == 0)
		return true;
	r = rate_of(l, event);
	if (r->second != second) {
		tell_suppressed(l, r);
		r->second = second;
		r->seen = 0;
	}
	if (r->seen < l->burst) {
		r->seen++;
		return true;
	}
	r->suppressed++;
	return false;
}

unsigned
log_format(const char *name)
{
	if (strcmp(name, "json") == 0)
		return LOG_JSON;
	return strcmp(name, "text") == 0 ? LOG_TEXT : LOG_AUTO;
}

struct log *
log_open(int fd, unsigned level, unsigned format)
{
	struct log *l = calloc(1, sizeof *l);

	EP_ASSERT(l != NULL && level <= EP_ERROR && format <= LOG_TEXT);
	l->magic = LOG_MAGIC;
	l->fd = fd;
	l->level = level;
	l->burst = LOG_BURST;
	l->is_text = format == LOG_AUTO ? isatty(fd) == 1 : format == LOG_TEXT;
	EP_ASSERT(pthread_mutex_init(&l->lock, NULL) == 0);
	(void)buf_reserve(&l->line, (size_t)4 * LOG_LINE);
	return l;
}

void
log_close(struct log **lp)
{
	struct log *l = *lp;
	uint32_t i;

	if (l == NULL)
		return;
	EP_CHECK(l, LOG_MAGIC);
	for (i = 0; i < RATES; i++)
		tell_suppressed(l, l->rates + i);
	buf_fini(&l->line);
	(void)pthread_mutex_destroy(&l->lock);
	l->magic = 0;
	free(l);
	*lp = NULL;
}

int
log_reopen(struct log *l, int fd)
{
	int before;

	EP_CHECK(l, LOG_MAGIC);
	(void)pthread_mutex_lock(&l->lock);
	before = l->fd;
	l->fd = fd;
	(void)pthread_mutex_unlock(&l->lock);
	return before;
}

void
log_set_level(struct log *l, unsigned level)
{
	EP_CHECK(l, LOG_MAGIC);
	EP_ASSERT(level <= EP_ERROR);
	l->level = level;
}

void
log_set_burst(struct log *l, unsigned lines)
{
	EP_CHECK(l, LOG_MAGIC);
	(void)pthread_mutex_lock(&l->lock);
	l->burst = lines;
	(void)pthread_mutex_unlock(&l->lock);
}

bool
log_is_on(const struct log *l, unsigned level)
{
	return l != NULL && level >= l->level;
}

void
log_write(struct log *l, unsigned level, const struct log_context *context,
    const char *event, const struct ep_arg *args, uint32_t n)
{
	int kept = errno;

	if (!log_is_on(l, level))
		return;
	EP_CHECK(l, LOG_MAGIC);
	(void)pthread_mutex_lock(&l->lock);
	if (may_write(l, event))
		write_line(l, level > EP_ERROR ? EP_ERROR : level, context,
		    event, args, n);
	(void)pthread_mutex_unlock(&l->lock);
	errno = kept;
}

void
log_tick(struct log *l)
{
	int64_t second = clock_monotonic_us() / 1000000;
	int kept = errno;
	uint32_t i;

	EP_CHECK(l, LOG_MAGIC);
	(void)pthread_mutex_lock(&l->lock);
	for (i = 0; i < RATES; i++)
		if (l->rates[i].second != second)
			tell_suppressed(l, l->rates + i);
	(void)pthread_mutex_unlock(&l->lock);
	errno = kept;
}

uint64_t
log_lost(const struct log *l)
{
	return l->lost;
}
