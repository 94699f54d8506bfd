/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/width.h"

#include "core/base/utf8.h"

/* Unicode 15, EastAsianWidth W and F, and general category Mn and Cf, as far
 * as they occur in texts of trade; unassigned gaps are filled. */
static const struct range {
	uint32_t from, to;
	unsigned width;
} ranges[] = {
	{ 0x0300, 0x036f, 0 },
	{ 0x0483, 0x0489, 0 },
	{ 0x0591, 0x05bd, 0 },
	{ 0x0610, 0x061a, 0 },
	{ 0x064b, 0x065f, 0 },
	{ 0x0e34, 0x0e3a, 0 },
	{ 0x0e47, 0x0e4e, 0 },
	{ 0x1100, 0x115f, 2 },
	{ 0x1ab0, 0x1aff, 0 },
	{ 0x1dc0, 0x1dff, 0 },
	{ 0x200b, 0x200f, 0 },
	{ 0x202a, 0x202e, 0 },
	{ 0x2060, 0x2064, 0 },
	{ 0x20d0, 0x20f0, 0 },
	{ 0x2e80, 0x3029, 2 },
	{ 0x302a, 0x302d, 0 },
	{ 0x302e, 0x303e, 2 },
	{ 0x3041, 0x3098, 2 },
	{ 0x3099, 0x309a, 0 },
	{ 0x309b, 0x4dbf, 2 },
	{ 0x4e00, 0xa4cf, 2 },
	{ 0xa960, 0xa97c, 2 },
	{ 0xac00, 0xd7a3, 2 },
	{ 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 },
	{ 0xfe10, 0xfe19, 2 },
	{ 0xfe20, 0xfe2f, 0 },
	{ 0xfe30, 0xfe6b, 2 },
	{ 0xfeff, 0xfeff, 0 },
	{ 0xff01, 0xff60, 2 },
	{ 0xffe0, 0xffe6, 2 },
	{ 0x16fe0, 0x18cff, 2 },
	{ 0x1b000, 0x1b2ff, 2 },
	{ 0x1f300, 0x1f64f, 2 },
	{ 0x1f680, 0x1f6ff, 2 },
	{ 0x1f900, 0x1f9ff, 2 },
	{ 0x20000, 0x3fffd, 2 },
	{ 0xe0100, 0xe01ef, 0 },
};

unsigned
width_of(const char **p, const char *end)
{
	size_t n = utf8_length(*p, end);
	uint32_t c = (unsigned char)**p;
	size_t low = 0, high = sizeof ranges / sizeof ranges[0];

	if (n == 0)
		n = 1;
	if (n > 1) {
		c &= 0xffu >> (n + 1);
		for (size_t i = 1; i < n; i++)
			c = c << 6 | ((unsigned char)(*p)[i] & 0x3f);
	}
	*p += n;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > ranges[middle].to)
			low = middle + 1;
		else if (c < ranges[middle].from)
			high = middle;
		else
			return ranges[middle].width;
	}
	return 1;
}
