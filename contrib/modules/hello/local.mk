# SPDX-License-Identifier: BSD-2-Clause

MODULES += hello
hello_folder = contrib/modules/hello
hello_install = no
