# syntax=docker/dockerfile:1
FROM condaforge/miniforge3:26.3.2-3
ARG CONDA_MIRROR=""
COPY conda-linux-64.lock /tmp/
RUN --mount=type=cache,target=/opt/conda/pkgs \
    if [ -n "$CONDA_MIRROR" ]; then export CONDA_CHANNEL_ALIAS="$CONDA_MIRROR"; fi \
 && conda create -y -n anise --file /tmp/conda-linux-64.lock
ENV PATH=/opt/conda/envs/anise/bin:$PATH
RUN useradd --create-home app
USER app
WORKDIR /home/app
COPY --chown=app . .
CMD ["python", "-m", "anise"]
