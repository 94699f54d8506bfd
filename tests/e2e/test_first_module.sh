#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
exec python3 "$(dirname "$0")/../first-module"
