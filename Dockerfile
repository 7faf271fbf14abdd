FROM python:3.13-slim AS packages

COPY requirements.lock .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock


FROM python:3.13-slim

RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent paperclub \
 && install --directory --owner paperclub --group paperclub /data

COPY --from=packages /opt/venv /opt/venv
COPY . /app
# nothing can be written there later, and to compile it at each start would take two seconds
RUN python -m compileall -q /app

ENV PATH="/opt/venv/bin:$PATH" \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HTTP_PORT=8080

# The default database, data/paperclub.db, is a path from here, and so lies on the volume.
WORKDIR /
VOLUME /data
USER 10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot.health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
