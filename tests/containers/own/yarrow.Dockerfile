FROM --platform=linux/arm64 condaforge/miniforge3:26.3.2-3 AS base
COPY yarrow-linux-64.lock /tmp/conda.lock
RUN conda create -y -n yarrow --file /tmp/conda.lock && conda clean -tipy

FROM base AS test
COPY . /src
RUN conda run -n yarrow pytest /src

FROM base
COPY src /src
USER 1001
ENTRYPOINT ["/opt/conda/envs/yarrow/bin/python", "/src/main.py"]
