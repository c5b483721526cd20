FROM centos:7
RUN yum install -y wget bzip2 gcc && yum clean all
RUN wget -q https://github.com/conda-forge/miniforge/releases/latest/download/Mambaforge-Linux-x86_64.sh -O /tmp/m.sh && bash /tmp/m.sh -b -p /opt/conda
ENV PATH=/opt/conda/bin:$PATH
RUN mamba update --all -y
COPY environment.yml /tmp/
RUN mamba env update -n base -f /tmp/environment.yml
RUN rm -rf /opt/conda/pkgs
CMD ["/opt/conda/bin/python", "-m", "bergamot"]
