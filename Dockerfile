# docker build -t evalboard .
# docker run -p 8050:8050 -v ./logs:/logs:ro -v evalboard-cache:/cache evalboard
# docker run -p 8050:8050 evalboard demo

FROM python:3.11-slim-bookworm AS build
RUN python -m venv --without-pip /opt/evalboard
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app
# What is pinned changes seldom, so it is a layer of its own, before the code.
COPY requirements.lock ./
RUN pip --python /opt/evalboard/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY app app
COPY callbacks callbacks
COPY components components
COPY data data
COPY demo/logs demo/logs
COPY demo/more demo/more
# Editable, as in a clone: the demo's logs lie beside the packages. Compiled here, since nobody may write there later.
RUN pip --python /opt/evalboard/bin/python install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q app callbacks components data

FROM python:3.11-slim-bookworm
# Only what runs: nothing here builds or installs packages. /cache is everybody's, so that --user works too.
RUN pip uninstall --yes --root-user-action=ignore setuptools wheel pip \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin evalboard \
    && mkdir /logs && install -d -m 1777 /cache
COPY --from=build /opt/evalboard /opt/evalboard
COPY --from=build /app /app
ENV PATH=/opt/evalboard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EVALBOARD_HOST=0.0.0.0 \
    EVALBOARD_PORT=8050 \
    EVALBOARD_LOGS=/logs \
    EVALBOARD_CACHE=/cache
WORKDIR /app
USER 10001:10001
VOLUME ["/logs", "/cache"]
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["python", "-c", "\
import os, urllib.request as u; e = os.environ.get; path = e('EVALBOARD_PREFIX', '/').strip('/'); \
u.build_opener(u.ProxyHandler({})).open(f\"http://127.0.0.1:{e('EVALBOARD_PORT')}/{path and path + '/'}healthz\", timeout=4)"]
ENTRYPOINT ["evalboard"]
CMD ["serve"]
