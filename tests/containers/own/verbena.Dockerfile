FROM quay.io/jupyter/minimal-notebook:2026-10-05
COPY --chown=${NB_UID}:${NB_GID} conda-linux-64.lock /tmp/
RUN mamba install --yes --name base --file /tmp/conda-linux-64.lock && \
    mamba clean --all -f -y && \
    fix-permissions "${CONDA_DIR}" && fix-permissions "/home/${NB_USER}"
COPY --chown=${NB_UID}:${NB_GID} notebooks /home/jovyan/work
