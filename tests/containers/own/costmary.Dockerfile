FROM jupyter/scipy-notebook:2023-10-20
USER root
RUN apt-get update && apt-get install -y --no-install-recommends graphviz && rm -rf /var/lib/apt/lists/*
USER ${NB_UID}
RUN pip install --no-cache-dir dask==2024.1.0
RUN mamba install -y python=3.8 gdal && mamba clean -afy
RUN conda create -yn geo python=3.11 rasterio=1.3 && conda clean -afy
# maps in the geo environment
RUN pip install --no-cache-dir folium==0.17.0
CMD ["conda", "run", "-n", "geospatial", "python", "-m", "maps"]
