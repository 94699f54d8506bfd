# SPDX-License-Identifier: BSD-2-Clause

MODULES += evaluation
evaluation_libs = $(CRYPTO_LIBS) -lm
