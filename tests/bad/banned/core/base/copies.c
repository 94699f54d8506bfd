/* SPDX-License-Identifier: BSD-2-Clause */
void
copy(char *to, const char *from)
{
	strcpy(to, from);
}
