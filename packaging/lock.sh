#!/bin/sh
# Renews the hash-pinned locks from pyproject.toml. No index address gets into them.
set -eu
cd "$(dirname "$0")/.."
for group in install dev package; do
    uv pip compile pyproject.toml --group "$group" --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --quiet --output-file "packaging/locks/$group.txt"
done
# Beside what dev pins, nothing but itself.
uv pip compile --group pyproject.toml:fuzz --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate --quiet --output-file packaging/locks/fuzz.txt
