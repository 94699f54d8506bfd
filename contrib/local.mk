# SPDX-License-Identifier: BSD-2-Clause
#
# Commands and files around the program.

# files: contrib/* contrib/*/* .ci/* .clang-format .clang-tidy but contrib/local.mk contrib/build-aux/* contrib/modules/*
contrib_files = \
	.ci/run \
	.clang-format \
	.clang-tidy \
	contrib/README.md \
	contrib/autogen \
	contrib/build \
	contrib/check \
	contrib/install \
	contrib/packages \
	contrib/run \
	contrib/sources
EXTRA_DIST += $(contrib_files)
