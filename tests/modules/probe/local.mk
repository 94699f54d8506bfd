# SPDX-License-Identifier: BSD-2-Clause

MODULES += probe
probe_folder = tests/modules/probe
probe_install = no
