# SPDX-License-Identifier: BSD-2-Clause

MODULES += payment
payment_cflags = $(XML_CFLAGS) $(GMP_CFLAGS)
payment_libs = $(XML_LIBS) $(GMP_LIBS)
