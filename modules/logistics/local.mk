# SPDX-License-Identifier: BSD-2-Clause

MODULES += logistics
logistics_cflags = $(XML_CFLAGS)
logistics_libs = $(XML_LIBS) $(CRYPTO_LIBS)
