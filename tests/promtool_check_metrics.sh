#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The golden pages are what Prometheus' own linter and parser accept, also with hostile plan names.
set -eu
cd "$(dirname "$0")/golden"
for page in *.prom; do
  echo "$page"
  promtool check metrics < "$page"
done
