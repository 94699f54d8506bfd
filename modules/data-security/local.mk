# SPDX-License-Identifier: BSD-2-Clause

MODULES += data-security
data_security_cflags = $(ICU_CFLAGS)
data_security_libs = $(ICU_LIBS) $(CRYPTO_LIBS) -lm
