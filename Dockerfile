# The bot, with the small models that think in its process. The models of GPU hosts are served by deploy/vllm.Dockerfile.
FROM python:3.11.15-slim-bookworm AS install

WORKDIR /app
COPY deploy/uv.txt ./
RUN pip install --no-cache-dir --require-hashes -r uv.txt
COPY pyproject.toml requirements.txt ./
# pyproject.toml says which packages the bot needs, requirements.txt which files they may come as: any other hash, or a
# package without one, ends the build. The tests' and the playground's packages stay out. Several processes on one
# PostgreSQL need its driver: docker build --build-arg GROUPS="--group embedded --group postgres" (docs/scaling.md).
ARG GROUPS="--group embedded"
RUN uv venv --python /usr/local/bin/python /opt/venv \
    && uv pip install --no-cache --python /opt/venv/bin/python --require-hashes \
        -r pyproject.toml ${GROUPS} -c requirements.txt

FROM python:3.11.15-slim-bookworm

# llama.cpp, inside xllamacpp, runs its threads with OpenMP. Debian keeps one version at a time, so none is named.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /data --shell /usr/sbin/nologin wood

COPY --from=install /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE ./
COPY bot bot
COPY cli cli
COPY engine engine
COPY inference inference
COPY prompts prompts

# The token comes from the environment of the running container. Everything that must last is in /data.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    XDG_CACHE_HOME=/data/cache \
    WOOD_DATABASE_URL=sqlite+aiosqlite:////data/wood.db \
    WOOD_COMMANDS_STAMP=/data/.wood-commands \
    WOOD_HEARTBEAT=/tmp/heartbeat

USER 10001
VOLUME /data

# The clock touches the file every WOOD_TICK_SECONDS (5) when the store has answered it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-c", "import os, sys, time; sys.exit(time.time() - os.stat(os.environ['WOOD_HEARTBEAT']).st_mtime > 60)"]

ENTRYPOINT ["python", "-m", "cli.main"]
CMD ["bot"]
