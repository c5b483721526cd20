FROM condaforge/miniforge3:26.3.2-3 AS builder
WORKDIR /build
COPY . .
RUN conda env create -p /build/env -f environment.yml
ENV PATH=/build/env/bin:$PATH
RUN pip install --no-deps .

FROM python:3.12-slim-bookworm
COPY --from=builder /build/env /opt/env
WORKDIR /srv
CMD ["uvicorn", "lovage:app"]
