FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y --no-install-recommends wget ca-certificates && rm -rf /var/lib/apt/lists/*
RUN wget -q https://github.com/conda-forge/miniforge/releases/download/26.3.2-3/Miniforge3-26.3.2-3-Linux-x86_64.sh -O /tmp/mf.sh \
 && echo "5d3f0c1e9b7a48c2d6e1f0a3b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0  /tmp/mf.sh" | sha256sum -c - \
 && bash /tmp/mf.sh -b -p /opt/conda && rm /tmp/mf.sh
ENV PATH=/opt/conda/bin:$PATH
COPY environment.yml /tmp/environment.yml
RUN conda env create -n dill -f /tmp/environment.yml && conda clean -afy
SHELL ["conda", "run", "--no-capture-output", "-n", "dill", "/bin/bash", "-c"]
RUN python -c "import torch; print(torch.__version__)"
COPY . /srv/dill
ENTRYPOINT ["conda", "run", "--no-capture-output", "-n", "dill", "python", "/srv/dill/train.py"]
