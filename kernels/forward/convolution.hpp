// SPDX-License-Identifier: MIT
// One-dimensional convolution, on values and straight from packed base codes, with what follows it fused.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/layers.hpp"
#include "kernels/library/packed.hpp"
#include "kernels/precision.hpp"
#include "kernels/sequence_values.hpp"
#include "kernels/space.hpp"

namespace shoal::kernels {

// y[t, f] = bias[f] + sum over k, c of x[t * stride + k * dilation - padding, c] * kernel[k, c, f], where x is zero
// outside its positions (cross-correlation, as Keras and ONNX define convolution).
struct ConvolutionShape {
  std::int64_t in_channels = 0;
  std::int64_t filters = 0;
  std::int64_t width = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t padding = 0;  // zero rows before position 0 (negative: rows left out); those at the end follow from the
                             // output's positions
  // Filter f reads the in_channels / groups channels of group f / (filters / groups) only; a kernel is [width,
  // in_channels / groups, filters]. `convolve` only, and without a fused pool when there are several.
  std::int64_t groups = 1;
  // Precision of `convolve` without groups; convolve_codes and convolutions with groups are always float32.
  Precision precision = Precision::f32;
};

// What is done to y before it is stored: output[u, f] = activation(max over u * pool <= t < (u + 1) * pool of y[t, f]).
// Rows of y that do not fill a whole window are not computed. If the activation does not decrease, this equals pooling
// after it (is_non_decreasing).
struct Epilogue {
  Activation activation = Activation::linear;
  float alpha = 1.0F;
  // When `convolve` adds a value: true is activation(y + addend), false is activation(y) + addend.
  bool adds_first = false;
  std::int64_t pool = 1;  // 1, or a width for which fuses_max_pool is true
};

// True if f(a) <= f(b) for all a <= b: then the maximum of activated values is the activated maximum.
bool is_non_decreasing(Activation activation, float alpha);

// True if the kernels of this space take Epilogue::pool = width; pool 1 is always taken.
bool fuses_max_pool(CpuSpace const& space, std::int64_t width);
bool fuses_max_pool(CudaSpace const& space, std::int64_t width);

// True if `convolve` of this space takes an addend, without a pool and for linear and relu only.
bool fuses_sum(CpuSpace const& space, Epilogue const& epilogue);
bool fuses_sum(CudaSpace const& space, Epilogue const& epilogue);

// Filters in the order in which a space reads them, with the bias: made once on the host, then copied to the
// space's memory. `kernel` is [width, in_channels / groups, filters], `bias` [filters] or null; `packed` has
// packed_filters_size floats.
std::size_t packed_filters_size(CpuSpace const& space, ConvolutionShape const& shape);
std::size_t packed_filters_size(CudaSpace const& space, ConvolutionShape const& shape);
void pack_filters(CpuSpace const& space, ConvolutionShape const& shape, float const* kernel, float const* bias,
                  float* packed);
void pack_filters(CudaSpace const& space, ConvolutionShape const& shape, float const* kernel, float const* bias,
                  float* packed);

// Convolution of `input` into `output` (same number of sequences; output.channels = filters; output.positions counts
// rows after pooling), with `addend`, a value of the output's shape and possibly the output itself, added where there
// is one (a residual connection). On the CPU input.margin must cover every row that is read outside the input's
// positions. Each element is one chain of float32 fused multiply-adds that starts from the bias and goes through k,
// then c: on one space it does not depend on the number of sequences, on threads or on the instruction set. Of other
// precisions the order is in kernels/cpu/bf16/bf16_kernels.hpp and kernels/cuda/tensor_product.cuh: as independent of
// sequences and threads, but AMX and tensor cores have bits of their own.
void convolve(CpuSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed_filters,
              Epilogue const& epilogue, MutableValues output, ConstValues addend = {});
void convolve(CudaSpace const& space, ConstValues input, ConvolutionShape const& shape, float const* packed_filters,
              Epilogue const& epilogue, MutableValues output, ConstValues addend = {});

// Filters for convolve_codes: `kernel` is [width, 4, filters] in channel order A, C, G, T.
std::size_t packed_code_filters_size(CpuSpace const& space, ConvolutionShape const& shape);
std::size_t packed_code_filters_size(CudaSpace const& space, ConvolutionShape const& shape);
void pack_code_filters(CpuSpace const& space, ConvolutionShape const& shape, float const* kernel, float const* bias,
                       float* packed);
void pack_code_filters(CudaSpace const& space, ConvolutionShape const& shape, float const* kernel, float const* bias,
                       float* packed);

// The convolution of one-hot sequences without making them: y[t, f] = bias[f] + the sum, k going up, of
// kernel[k, code of base t * stride + k * dilation - padding, f]. N and positions outside add nothing.
// shape.in_channels is 4; output.sequences = sequences.mutants.
void convolve_codes(CpuSpace const& space, PackedView sequences, ConvolutionShape const& shape,
                    float const* packed_filters, Epilogue const& epilogue, MutableValues output);
void convolve_codes(CudaSpace const& space, PackedView sequences, ConvolutionShape const& shape,
                    float const* packed_filters, Epilogue const& epilogue, MutableValues output);

// One-hot values of packed sequences (four channels; N is a zero row), for networks that do not begin with a
// convolution.
void expand_codes(CpuSpace const& space, PackedView sequences, MutableValues output);
void expand_codes(CudaSpace const& space, PackedView sequences, MutableValues output);

}  // namespace shoal::kernels
