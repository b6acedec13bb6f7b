#!/bin/sh
# Print the C source of the lists that base/asset.h declares: the files below, in the
# order of the C locale, and PREPARED.  Run it in the top directory: embed.sh PREPARED
set -eu
# list NAME FILE...: the list NAME, with an element for each FILE that exists
list() {
	printf 'const struct asset %s[] = {\n' "$1"
	shift
	for f; do
		[ -f "$f" ] || continue
		printf '\t{ "%s", data_%s, sizeof(data_%s) - 1 },\n' \
		    "${f##*/}" "$(id "$f")" "$(id "$f")"
	done
	printf '\t{ 0 }\n};\n'
}
# id FILE: the part of a C identifier that stands for FILE
id() { printf '%s' "$1" | tr -c 'A-Za-z0-9' _; }
# data FILE...: an array with the bytes of each FILE that exists
data() {
	for f; do
		[ -f "$f" ] || continue
		printf 'static const char data_%s[] = {\n' "$(id "$f")"
		od -An -v -tx1 "$f" | sed 's/ \(..\)/(char)0x\1,/g'
		printf '0 };\n'
	done
}
export LC_ALL=C
printf '#include "base/asset.h"\n'
data lib/domain/schema/*.sql src/ztransform/map/* src/zvalidate/rules/* \
    src/zreport/templates/* "$1"
list asset_schema lib/domain/schema/*.sql
list asset_map src/ztransform/map/*
list asset_prepared "$1"
list asset_rules src/zvalidate/rules/*
list asset_templates src/zreport/templates/*
