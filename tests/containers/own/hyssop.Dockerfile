FROM ubuntu:20.04
RUN apt-get update && apt-get install -y wget
RUN wget https://repo.anaconda.com/miniconda/Miniconda3-py39_4.12.0-Linux-x86_64.sh -O m.sh && bash m.sh -b -p /root/miniconda3 && rm m.sh
ENV PATH=/root/miniconda3/bin:$PATH
RUN conda create -n hyssop python=3.9
RUN source activate hyssop
RUN conda init bash && echo "conda activate hyssop" >> ~/.bashrc
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
