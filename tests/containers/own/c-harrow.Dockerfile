FROM condaforge/miniforge3:26.3.2-3
COPY conda-linux-64.lock /tmp/
RUN conda create -y -n harrow --file /tmp/conda-linux-64.lock && conda clean -afy
USER 1000
