FROM ghcr.io/prefix-dev/pixi:latest
COPY . /app
WORKDIR /app
RUN pixi install
EXPOSE 8000
CMD python -m orris
