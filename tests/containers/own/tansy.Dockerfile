ARG CUDA=12.6.3
FROM nvidia/cuda:${CUDA}-base-ubuntu24.04
ENV CONDA_OVERRIDE_CUDA=12.6 \
    MAMBA_ROOT_PREFIX=/opt/conda
COPY --from=mambaorg/micromamba:2.3.3 /bin/micromamba /usr/local/bin/micromamba
RUN install -d -o 2000 -g 2000 /opt/conda
USER 2000
ENV PATH=/opt/conda/envs/app/bin:$PATH
ONBUILD COPY conda-linux-64.lock /tmp/
ONBUILD RUN micromamba create -y -n app -f /tmp/conda-linux-64.lock && micromamba clean -afy
