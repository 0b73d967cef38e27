# The image of web server, worker and beat; compose.yaml tells them apart by their command.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    COUNTERSIGN_VAR=/var/lib/countersign

# What prints PDF files, and fonts that can write every name.
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --home-dir /var/lib/countersign countersign \
    && install --directory --owner=countersign --group=countersign --mode=0700 \
        /var/lib/countersign /var/lib/countersign/static

WORKDIR /srv/countersign
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
        --require-hashes --requirement requirements.txt

COPY . .
RUN python -m compileall -q audit contracts governance reviews

USER countersign
EXPOSE 8000
VOLUME /var/lib/countersign
