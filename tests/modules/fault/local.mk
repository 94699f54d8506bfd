# SPDX-License-Identifier: BSD-2-Clause

MODULES += fault
fault_folder = tests/modules/fault
fault_install = no
