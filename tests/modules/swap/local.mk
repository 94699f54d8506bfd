# SPDX-License-Identifier: BSD-2-Clause

MODULES += swap_one swap_two
swap_one_folder = tests/modules/swap/one
swap_one_install = no
swap_two_folder = tests/modules/swap/two
swap_two_install = no
