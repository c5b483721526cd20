FROM rocker/r-ver:4.4.2
RUN apt-get update && apt-get install -y build-essential curl && rm -rf /var/lib/apt/lists/*
RUN curl -LO http://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh \
    && bash Miniconda3-latest-Linux-x86_64.sh -b -p /opt/conda && rm Miniconda3-latest-Linux-x86_64.sh
ENV PATH="/opt/conda/bin:${PATH}"
RUN conda config --add channels defaults \
 && conda config --add channels bioconda \
 && conda config --add channels conda-forge
RUN conda install -y r-base=4.4 bioconductor-deseq2 gcc_linux-64=14 gxx_linux-64=14
COPY analysis.R /work/analysis.R
CMD Rscript /work/analysis.R
