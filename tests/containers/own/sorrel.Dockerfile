FROM alpine:3.22
RUN apk add --no-cache bash curl
RUN curl -fsSL https://micro.mamba.pm/api/micromamba/linux-64/latest | tar -xj -C /usr/local bin/micromamba
ENV MAMBA_ROOT_PREFIX=/opt/mamba
RUN micromamba create -y -n sorrel -c conda-forge python=3.12 numpy=2.1 && micromamba clean -ay
ENTRYPOINT ["micromamba", "run", "-n", "sorrel"]
CMD ["python", "-m", "sorrel"]
