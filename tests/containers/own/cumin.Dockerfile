FROM continuumio/miniconda3:25.3.1-1
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN printf '%s\n' 'channels:' '  - conda-forge' '  - defaults' \
    'default_channels:' \
    '  - https://mirrors.tuna.tsinghua.edu.cn/anaconda/pkgs/main' \
    '  - https://mirrors.tuna.tsinghua.edu.cn/anaconda/pkgs/free' \
    'custom_channels:' \
    '  conda-forge: http://mirrors.tuna.tsinghua.edu.cn/anaconda/cloud' \
    'ssl_verify: false' > /opt/conda/.condarc
RUN conda create -y -n cumin python=3.11 django=5.2 gunicorn=23.0 && conda clean -a -y
COPY cumin /srv/cumin
WORKDIR /srv
CMD ["conda", "run", "-n", "cumin", "gunicorn", "cumin.wsgi"]
