from continuumio/miniconda3
run conda install -y -c bioconda -c conda-forge samtools bwa=0.7.18
run conda install -c bioconda fastqc=0.12.1
run conda install -y -c conda-forge multiqc
workdir /data
cmd ["samtools"]
