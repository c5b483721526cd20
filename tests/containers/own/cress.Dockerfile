ARG MINIFORGE=26.3.2-3
FROM condaforge/miniforge3:${MINIFORGE} AS build
COPY explicit.txt /tmp/explicit.txt
RUN conda create -y -p /env --file /tmp/explicit.txt
RUN conda create -y -n tools conda-pack=0.8.1 \
 && conda run -n tools conda-pack -p /env -o /tmp/env.tar
RUN mkdir /venv && tar -xf /tmp/env.tar -C /venv && /venv/bin/conda-unpack

FROM debian:12.12-slim AS run
COPY --from=build /venv /venv
ENV PATH="/venv/bin:$PATH"
USER 65532:65532
ENTRYPOINT ["python3", "-m", "cress.server"]
