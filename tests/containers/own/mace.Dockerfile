FROM ghcr.io/prefix-dev/pixi:0.59.0-noble AS build
WORKDIR /app
COPY pixi.toml pixi.lock ./
RUN --mount=type=cache,target=/root/.cache/rattler/cache,sharing=private pixi install --locked -e prod
RUN pixi shell-hook -e prod -s bash > /shell-hook && echo 'exec "$@"' >> /shell-hook
FROM ubuntu:24.04 AS production
WORKDIR /app
COPY --from=build --chown=1000:1000 /app/.pixi/envs/prod /app/.pixi/envs/prod
COPY --from=build /shell-hook /shell-hook
COPY --chown=1000:1000 src ./src
USER 1000
ENTRYPOINT ["/bin/bash", "/shell-hook"]
CMD ["python", "-m", "mace"]
