# SPDX-License-Identifier: BSD-2-Clause

MODULES += data-security
data-security_libs = $(CRYPTO_LIBS) -lm
