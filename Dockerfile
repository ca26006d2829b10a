# The course in a container: docker build -t application-servers-live . && docker run --rm -p 127.0.0.1:8888:8888 application-servers-live
FROM python:3.11-slim-bookworm

# strace: one cell of lesson 04. tini: a first process that fetches what a kernel that is killed leaves behind.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make strace tini \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 learner
USER 1000
WORKDIR /home/learner/course
COPY --chown=learner:learner . .
RUN make setup

EXPOSE 8888
ENTRYPOINT ["tini", "-g", "--"]
# JupyterLab alone listens to the outside, and asks for its token; the lessons' servers stay on the loopback.
CMD ["sh", "setup/lab.sh", "8888", "no", "", "--ip=0.0.0.0"]
