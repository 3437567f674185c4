# The bot and its dependencies: `make image`.
#
# Any base image works that has Python 3.11 or newer with venv and pip as `python3`:
# `--build-arg BASE_IMAGE=…`. The default one is a separate stage, because Dependabot keeps the digest
# of a FROM current, but not that of an ARG.
ARG BASE_IMAGE=default
FROM docker.io/library/python:3.14-slim@sha256:b877e50bd90de10af8d82c57a022fc2e0dc731c5320d762a27986facfc3355c1 AS default

FROM ${BASE_IMAGE} AS builder
RUN ["python3", "-m", "venv", "--without-pip", "/opt/venv"]
COPY requirements.txt /
# Only wheels with known hashes: no code of a package runs during the installation.
# The lock is complete, so no other dependency is resolved.
RUN ["python3", "-m", "pip", "--python", "/opt/venv/bin/python", "install", \
     "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", "--no-cache-dir", \
     "--disable-pip-version-check", "--root-user-action", "ignore", \
     "--requirement", "/requirements.txt"]
WORKDIR /app
COPY *.py pyproject.toml ./
COPY api ./api
COPY cogs ./cogs
COPY config ./config
COPY ops ./ops
# Readable for all and writable only for root, independent of the checkout's modes.
RUN ["chmod", "--recursive", "u=rwX,go=rX", "/app"]
# Nothing can be compiled later on a read-only file system. Compiled files that are checked by
# their source's hash instead of its date are the same in every build.
RUN ["/opt/venv/bin/python", "-m", "compileall", "-q", "-j", "0", \
     "--invalidation-mode", "unchecked-hash", "/app", "/opt/venv/lib"]
RUN ["install", "--directory", "--mode=0700", "--owner=10001", "--group=10001", "/data"]

FROM ${BASE_IMAGE}
ENV PATH="/opt/venv/bin:${PATH}" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
COPY --from=builder --chown=10001:10001 /data /data
WORKDIR /app
USER 10001:10001
# Only written to if CACHE_URL names it: disk:///data/cache.
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "bot.py", "--health"]
ENTRYPOINT ["python", "bot.py"]

# Last, so that other revisions with the same files share every layer above.
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="astria-packs-bot" \
      org.opencontainers.image.description="A Discord bot that shows Astria's photo packs, with prices and pictures" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
