# syntax=docker/dockerfile:1.7
FROM mambaorg/micromamba:2.3.3
COPY env.yaml /tmp/env.yaml
RUN <<EOF
micromamba install -y -n base -f /tmp/env.yaml
micromamba clean --all --yes
EOF
RUN python -m compileall -q /opt/conda/lib/python3.12/site-packages
COPY --chown=$MAMBA_USER:$MAMBA_USER app /app
CMD ["python", "/app/main.py"]
