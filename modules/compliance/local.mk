# SPDX-License-Identifier: BSD-2-Clause

MODULES += compliance
compliance_cflags = $(ICU_CFLAGS) $(XML_CFLAGS) $(GMP_CFLAGS)
compliance_libs = $(ICU_LIBS) $(XML_LIBS) $(CRYPTO_LIBS) $(GMP_LIBS) -lm
