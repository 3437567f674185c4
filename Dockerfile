ARG BASE_IMAGE=docker.io/library/python:3.13-slim

FROM ${BASE_IMAGE} AS builder
COPY requirements.txt /
RUN ["python3", "-m", "venv", "/opt/venv"]
RUN ["/opt/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--require-hashes", "--requirement", "/requirements.txt"]

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="astria-packs-bot" \
      org.opencontainers.image.description="A Discord bot for Astria's photo packs" \
      org.opencontainers.image.licenses="MIT"
ENV PATH="/opt/venv/bin:${PATH}" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY bot.py config.py logs.py ./
COPY api ./api
COPY cogs ./cogs
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "bot.py"]
