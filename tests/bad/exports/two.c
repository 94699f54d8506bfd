/* SPDX-License-Identifier: BSD-2-Clause */

int entrepot_module_v1(void);
int leaked(void);

int
entrepot_module_v1(void)
{
	return 0;
}

int
leaked(void)
{
	return 1;
}
