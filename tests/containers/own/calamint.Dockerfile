FROM condaforge/miniforge3:26.3.2-3
RUN ln -s /opt/conda/etc/profile.d/conda.sh /etc/profile.d/zz-conda.sh
SHELL ["/bin/bash", "-lc"]
COPY locks/prod-linux-64.lock /tmp/prod.lock
RUN conda create --yes --name calamint --file /tmp/prod.lock && conda clean --all --force-pkgs-dirs --yes
RUN conda activate calamint && python -c 'import scipy'
USER 1000
ENTRYPOINT ["/bin/bash", "-lc", "conda activate calamint && exec \"$0\" \"$@\""]
CMD ["python", "-m", "calamint"]
