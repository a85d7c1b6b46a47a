#!/bin/sh
# Writes .env for docker-compose.yml: each secret is made here, by the kernel's random numbers. A file that is there already stays as it is.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env is there already: it stays as it is" >&2
  exit 0
fi
word() { od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
cat > .env.part <<END
# Secrets of docker-compose.yml. Keep them: what Airflow and PostgreSQL store is bound to them.
AIRFLOW_ADMIN_PASSWORD=$(word)
AIRFLOW_FERNET_KEY=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')
AIRFLOW_JWT_SECRET=$(word)$(word)
AIRFLOW_API_SECRET=$(word)
POSTGRES_PASSWORD=$(word)
REDIS_PASSWORD=$(word)
END
mv .env.part .env
echo ".env is written; AIRFLOW_ADMIN_PASSWORD in it is the password of admin at http://localhost:8080"
