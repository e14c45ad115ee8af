# shellcheck shell=bash
# Shared by deploy/demo and deploy/test: installing, finding Swift, a private PostgreSQL.

# The checkout; used by the scripts.
# shellcheck disable=SC2034
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
postgres_binaries=/usr/lib/postgresql/15/bin
# The private PostgreSQL, once it runs.
postgres_folder=
socket_folder=

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

# Leaves the machine's own policy as it was.
restore_policy() {
  as_root rm -f /usr/sbin/policy-rc.d
  if [ -e /usr/sbin/policy-rc.d.silverbell ]; then
    as_root mv /usr/sbin/policy-rc.d.silverbell /usr/sbin/policy-rc.d
  fi
  if [ -n "${made_cluster_setting:-}" ]; then
    as_root rm -f "$made_cluster_setting"
    made_cluster_setting=
  fi
}

# Keeps packages from starting services or making a default cluster while they are installed.
set_policy() {
  if [ -e /usr/sbin/policy-rc.d ]; then
    as_root mv /usr/sbin/policy-rc.d /usr/sbin/policy-rc.d.silverbell
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
  made_cluster_setting=
  if [ ! -e /etc/postgresql-common/createcluster.d/silverbell.conf ]; then
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' |
      as_root tee /etc/postgresql-common/createcluster.d/silverbell.conf >/dev/null
    made_cluster_setting=/etc/postgresql-common/createcluster.d/silverbell.conf
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

# Starts a private PostgreSQL with its data in "$1", and makes the database silverbell.
start_postgres() {
  postgres_folder=$1
  [ -x "$postgres_binaries/postgres" ] || fail "PostgreSQL 15 is not in $postgres_binaries: install postgresql-15"
  mkdir -p "$postgres_folder"
  # A short path: the name of a Unix socket has at most 107 bytes.
  socket_folder=$(mktemp -d /tmp/silverbell-XXXXXX)
  if [ "$(id -u)" = 0 ]; then
    chown postgres:postgres "$postgres_folder" "$socket_folder"
    as_postgres test -x "$postgres_folder" ||
      fail "the user postgres cannot reach $postgres_folder: choose another --data-dir, such as /var/tmp/silverbell"
  fi
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
  database_url="host=$socket_folder user=postgres dbname=silverbell"
  if [ "$(psql -X -A -t -d "host=$socket_folder user=postgres dbname=postgres" \
    -c "select 1 from pg_database where datname = 'silverbell'")" != 1 ]; then
    psql -X -q -d "host=$socket_folder user=postgres dbname=postgres" -c 'create database silverbell'
  fi
  export database_url
}

# Stops the private PostgreSQL, if it runs.
stop_postgres() {
  if [ -n "$postgres_folder" ] && [ -e "$postgres_folder/data/postmaster.pid" ]; then
    say "stopping the private PostgreSQL"
    as_postgres "$postgres_binaries/pg_ctl" -D "$postgres_folder/data" -w -m fast stop >/dev/null || true
  fi
  if [ -n "$socket_folder" ]; then rm -rf "$socket_folder"; fi
}

# What the product, the demo and the tests need; used by the scripts.
# shellcheck disable=SC2034
base_packages=(postgresql-15 libpq-dev pkg-config mosquitto-clients python3-hl7 curl)
