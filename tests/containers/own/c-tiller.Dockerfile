# syntax=docker/dockerfile:1
FROM condaforge/miniforge3:26.3.2-3
ARG CONDA_MIRROR
COPY tiller-linux-64.lock /tmp/
RUN --mount=type=secret,id=channel_token CONDA_CHANNEL_ALIAS=$CONDA_MIRROR conda create -y -n tiller --file /tmp/tiller-linux-64.lock && conda clean -afy
ENV PATH=/opt/conda/envs/tiller/bin:$PATH
WORKDIR /srv
USER 1000
