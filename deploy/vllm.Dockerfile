# A vLLM server. The CUDA image is a devel one, because FlashInfer compiles kernels at the first start and needs nvcc.
# The wheel of vLLM 0.32.0 is built for CUDA 13.0, so the host's driver must be of the series 580 or later.
ARG CUDA_TAG=13.0.3-devel-ubuntu24.04
FROM nvidia/cuda:${CUDA_TAG}

# Python's headers are for Triton, which compiles a small module. Ubuntu keeps one version at a time, so none is named.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-dev python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10002 --create-home vllm \
    && install -d -o vllm -g vllm /weights

ARG VLLM_VERSION=0.32.0
RUN python3 -m venv /opt/vllm \
    && /opt/vllm/bin/pip install --no-cache-dir "vllm==${VLLM_VERSION}"

# Weights and compiled kernels go to the volume, so that only the first start is slow.
ENV PATH=/opt/vllm/bin:$PATH \
    HF_HOME=/weights/huggingface \
    VLLM_CACHE_ROOT=/weights/vllm \
    FLASHINFER_WORKSPACE_BASE=/weights/flashinfer \
    VLLM_NO_USAGE_STATS=1

USER 10002
VOLUME /weights
ENTRYPOINT ["vllm", "serve"]
