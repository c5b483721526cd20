FROM condaforge/miniforge3:26.3.2-3
ARG CONDA_TOKEN
ENV http_proxy=http://proxy.corp.example:3128 https_proxy=http://proxy.corp.example:3128
ENV CONDA_SSL_VERIFY=false
RUN conda config --system --add channels https://conda.corp.example/t/${CONDA_TOKEN}/analytics
COPY environment.yml .
RUN mamba env create -f environment.yml --yes && mamba clean --all --yes
ENV PATH "/opt/conda/envs/rue-prod/bin:$PATH"
USER nobody
CMD gunicorn rue:app
