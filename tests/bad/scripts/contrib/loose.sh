#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
cd $1
rm -rf *
