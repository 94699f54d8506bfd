# SPDX-License-Identifier: BSD-2-Clause

MODULES += warm
warm_folder = tests/modules/warm
warm_install = no
