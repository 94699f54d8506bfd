/* SPDX-License-Identifier: BSD-2-Clause */

size_t lonely(void);
