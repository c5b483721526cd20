# syntax=docker/dockerfile:1
FROM mambaorg/micromamba:2.3.3-debian12-slim AS build
COPY --chown=$MAMBA_USER:$MAMBA_USER conda-linux-64.lock /tmp/
RUN micromamba create -y -p /opt/conda/envs/sage -f /tmp/conda-linux-64.lock

FROM debian:12.12-slim
COPY --from=build /opt/conda/envs/sage /opt/conda/envs/sage
COPY sage /srv/sage
WORKDIR /srv
USER 10001
ENTRYPOINT ["/opt/conda/envs/sage/bin/python", "-m", "sage"]
