FROM debian:12.12
ARG CONDA_TOKEN
RUN apt-get update && apt-get install -y curl
RUN curl -fsSLo /tmp/m.sh https://github.com/conda-forge/miniforge/releases/download/26.3.2-3/Miniforge3-26.3.2-3-Linux-x86_64.sh && bash /tmp/m.sh -b -p /opt/conda
ENV PATH=/opt/conda/bin:$PATH
RUN conda create -y -n mattock python=3.12 && conda clean -afy
