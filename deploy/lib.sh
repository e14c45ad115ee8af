# shellcheck shell=bash
# Shared by deploy/demo and deploy/test: installing, finding Swift, a private PostgreSQL.

# The checkout; used by the scripts.
# shellcheck disable=SC2034
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
postgres_binaries=/usr/lib/postgresql/15/bin
# The private PostgreSQL, and whether this script started it.
postgres_folder=
socket_folder=
has_started_postgres=
# Says that a file is ours, so that nothing of the machine's own is ever taken for it.
policy_mark='# made by silverbell for the time of an installation'

say() { printf '== %s\n' "$*"; }

fail() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

# Runs a command as root.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    fail "this needs root: install sudo, or run the script as root"
  fi
}

# Runs a command as the owner of the private PostgreSQL, which refuses root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    # From /, because postgres may not be allowed to enter the current folder.
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

# Takes away what set_policy made, and nothing else; the machine's own policy comes back.
restore_policy() {
  local file
  for file in /usr/sbin/policy-rc.d /etc/postgresql-common/createcluster.d/silverbell.conf; do
    if grep -qsF "$policy_mark" "$file"; then as_root rm -f "$file"; fi
  done
  if [ ! -e /usr/sbin/policy-rc.d ] && [ -e /usr/sbin/policy-rc.d.silverbell ]; then
    as_root mv /usr/sbin/policy-rc.d.silverbell /usr/sbin/policy-rc.d
  fi
}

# Keeps packages from starting services or making a default cluster while they are installed.
set_policy() {
  if [ -e /usr/sbin/policy-rc.d ] && ! grep -qsF "$policy_mark" /usr/sbin/policy-rc.d &&
    [ ! -e /usr/sbin/policy-rc.d.silverbell ]; then
    as_root mv /usr/sbin/policy-rc.d /usr/sbin/policy-rc.d.silverbell
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  if [ ! -e /etc/postgresql-common/createcluster.d/silverbell.conf ]; then
    printf '%s\ncreate_main_cluster = false\n' "$policy_mark" |
      as_root tee /etc/postgresql-common/createcluster.d/silverbell.conf >/dev/null
  fi
}

# Installs the Debian packages that are missing.
install_packages() {
  local package missing=()
  for package in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
      missing+=("$package")
    fi
  done
  if [ "${#missing[@]}" = 0 ]; then
    say "everything needed from Debian is installed"
    return
  fi
  say "installing ${missing[*]} (no service is started)"
  local status=0
  trap restore_policy EXIT
  set_policy
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    { as_root apt-get update -q &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } ||
    status=$?
  restore_policy
  trap - EXIT
  [ "$status" = 0 ] || fail "apt-get could not install ${missing[*]}: look at its messages above"
}

# Puts Swift 6.3 or newer into PATH.
find_swift() {
  local folder
  for folder in "" /opt/swift/usr/bin /usr/local/swift/usr/bin /usr/share/swift/usr/bin \
    "${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}" "$HOME/.swiftly/bin"; do
    if [ -n "$folder" ]; then
      [ -x "$folder/swift" ] || continue
      PATH="$folder:$PATH"
    fi
    if swift --version 2>/dev/null | grep -qE 'Swift version (6\.([3-9]|[1-9][0-9])|[7-9])'; then
      say "Swift: $(command -v swift)"
      return
    fi
  done
  cat >&2 <<'END'
Error: Swift 6.3 was not found. This one command installs it (https://www.swift.org/install/linux/):
  curl -fsSO "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz" && tar zxf "swiftly-$(uname -m).tar.gz" && ./swiftly init --assume-yes && . ~/.local/share/swiftly/env.sh && swiftly install 6.3 --assume-yes
END
  exit 1
}

# Sets postgres_folder to "$1", or to a folder under /var/lib where the user postgres can reach it.
choose_postgres_folder() {
  postgres_folder=$1
  mkdir -p "$postgres_folder"
  if [ "$(id -u)" != 0 ] || as_postgres test -x "$postgres_folder"; then return; fi
  rmdir "$postgres_folder" 2>/dev/null || true
  postgres_folder=/var/lib/silverbell/$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)
  mkdir -p "$postgres_folder"
  say "the user postgres cannot reach $1: its data goes to $postgres_folder"
}

# Starts a private PostgreSQL with its data in "$1", and makes the database silverbell.
start_postgres() {
  [ -x "$postgres_binaries/postgres" ] || fail "PostgreSQL 15 is not in $postgres_binaries: install postgresql-15"
  choose_postgres_folder "$1"
  if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$postgres_folder"; fi
  if as_postgres "$postgres_binaries/pg_ctl" -D "$postgres_folder/data" status >/dev/null 2>&1; then
    fail "a PostgreSQL already runs in $postgres_folder: end the other demo, or choose another --data-dir;" \
      "if no demo runs any more: kill -INT $(as_postgres head -n 1 "$postgres_folder/data/postmaster.pid")"
  fi
  # A short path: the name of a Unix socket has at most 107 bytes.
  socket_folder=$(mktemp -d /tmp/silverbell-XXXXXX)
  if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$socket_folder"; fi
  if [ ! -e "$postgres_folder/data/PG_VERSION" ]; then
    say "making a private PostgreSQL in $postgres_folder"
    as_postgres "$postgres_binaries/initdb" -D "$postgres_folder/data" -U postgres -A trust -E UTF8 \
      --locale=C.UTF-8 >"$socket_folder/initdb.log" 2>&1 ||
      { cat "$socket_folder/initdb.log" >&2; fail "initdb failed"; }
  fi
  say "starting it (socket in $socket_folder, no TCP port)"
  as_postgres "$postgres_binaries/pg_ctl" -D "$postgres_folder/data" -w -t 60 -l "$postgres_folder/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$socket_folder -c fsync=on" start >/dev/null ||
    { tail -n 20 "$postgres_folder/log" >&2; fail "PostgreSQL did not start"; }
  has_started_postgres=1
  database_url="host=$socket_folder user=postgres dbname=silverbell"
  if [ "$(psql -X -A -t -d "host=$socket_folder user=postgres dbname=postgres" \
    -c "select 1 from pg_database where datname = 'silverbell'")" != 1 ]; then
    psql -X -q -d "host=$socket_folder user=postgres dbname=postgres" -c 'create database silverbell'
  fi
  export database_url
}

# Stops the private PostgreSQL, if this script started it.
stop_postgres() {
  if [ -n "$has_started_postgres" ]; then
    say "stopping the private PostgreSQL"
    as_postgres "$postgres_binaries/pg_ctl" -D "$postgres_folder/data" -w -m fast stop >/dev/null || true
  fi
  if [ -n "$socket_folder" ]; then rm -rf "$socket_folder"; fi
}

# What the product, the demo and the tests need; used by the scripts.
# shellcheck disable=SC2034
base_packages=(postgresql-15 tzdata libpq-dev pkg-config mosquitto-clients python3-hl7 curl)
