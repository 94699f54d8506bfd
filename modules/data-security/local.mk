# SPDX-License-Identifier: BSD-2-Clause

MODULES += data-security
data-security_cflags = $(ICU_CFLAGS)
data-security_libs = $(ICU_LIBS) $(CRYPTO_LIBS) -lm
