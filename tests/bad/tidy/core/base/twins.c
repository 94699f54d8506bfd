/* SPDX-License-Identifier: BSD-2-Clause */

int tidy_twice(int n);

int
tidy_twice(int n)
{
	if (n > 1) {
		return n;
	} else {
		return n;
	}
}
