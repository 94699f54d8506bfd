/* SPDX-License-Identifier: BSD-2-Clause */

#include "numbers.h"

#include <math.h>

/* Far above the error of a few operations on doubles below 10^6, far below
 * any difference that a caller can write down. */
#define LAST_BITS 1e-7

static double
round_scaled(double x, double scale)
{
	double whole = floor(fabs(x) * scale + 0.5 + LAST_BITS) / scale;

	return whole <= 0 ? 0 : copysign(whole, x);
}

double
round_cents(double x)
{
	return round_scaled(x, 100);
}

double
round_shown(double x)
{
	return round_scaled(x, 1e6);
}
